//! How many requests an API gets in a time.

use std::{
    collections::{HashMap, VecDeque},
    num::NonZeroU32,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use url::Url;

/// The most of [`Rate::count`]: each is kept for as long as it counts.
const MOST: u32 = 1_000_000;

/// So many requests in any period of this length, written `10/s`, `100/m` or `1000/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In how long.
    pub period: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected =
            || format!("expected a number of requests and a time, like 10/s, 100/m or 1000/h, of at most {MOST}");
        let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
        let period = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(expected()),
        };
        let count: NonZeroU32 = count.parse().map_err(|_| expected())?;
        if count.get() > MOST {
            return Err(expected());
        }
        Ok(Self { count, period: Duration::from_secs(period) })
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.period.as_secs() {
            1 => "a second",
            60 => "a minute",
            _ => "an hour",
        };
        write!(f, "{} {unit}", self.count)
    }
}

/// Keeps requests to a rate, those of each origin by themselves.
pub(crate) struct Pace {
    /// None lets every request go at once.
    rate: Option<Rate>,
    /// When the last requests were sent, or will be.
    sent: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Pace {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self { rate, sent: Mutex::default() }
    }

    /// Whether every request goes at once.
    pub(super) fn is_free(&self) -> bool {
        self.rate.is_none()
    }

    /// Returns when a request to a base URL may be sent.
    ///
    /// # Errors
    /// At once, when that is later than `deadline`: the rate.
    pub(super) async fn keep(&self, base_url: &str, deadline: Instant) -> Result<(), Rate> {
        let Some(rate) = self.rate else { return Ok(()) };
        let now = Instant::now();
        let turn = self.turn(rate, base_url, now, deadline).ok_or(rate)?;
        if turn > now {
            tokio::time::sleep_until(turn).await;
        }
        Ok(())
    }

    /// When a request may be sent, which it then counts as.
    fn turn(&self, rate: Rate, base_url: &str, now: Instant, deadline: Instant) -> Option<Instant> {
        let origin =
            Url::parse(base_url).map_or_else(|_| base_url.to_owned(), |url| url.origin().ascii_serialization());
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = sent.entry(origin).or_default();
        let most = usize::try_from(rate.count.get()).unwrap_or(usize::MAX);
        while sent.front().is_some_and(|first| *first + rate.period <= now) {
            sent.pop_front();
        }
        let turn = match sent.len().checked_sub(most) {
            None => now,
            // So many after this one may be sent before it counts no more.
            Some(at) => now.max(*sent.get(at)? + rate.period),
        };
        if turn >= deadline {
            return None;
        }
        sent.push_back(turn);
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        let cases = [
            ("10/s", Some("10 a second")),
            ("10", Some("10 a second")),
            ("100/m", Some("100 a minute")),
            ("1000/h", Some("1000 an hour")),
            ("0/s", None),
            ("-1/s", None),
            ("1.5/s", None),
            ("1000000/s", Some("1000000 a second")),
            ("1000001/s", None),
            ("1/d", None),
            ("/s", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Rate>().ok().map(|rate| rate.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_period_has_more_than_the_rate() {
        let pace = Pace::new(Some("3/s".parse().unwrap()));
        let start = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..9 {
            pace.keep("http://h/v1", start + Duration::from_mins(1)).await.unwrap();
            sent.push(start.elapsed().as_secs());
        }
        assert_eq!(sent, [0, 0, 0, 1, 1, 1, 2, 2, 2]);
        pace.keep("http://h:81/v1", Instant::now() + Duration::from_secs(1)).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 2, "another origin has a rate of its own");
        pace.keep("http://H/v2", Instant::now() + Duration::from_secs(2)).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 3, "another path does not");
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_be_too_late_is_told_at_once() {
        let pace = Pace::new(Some("1/m".parse().unwrap()));
        let deadline = Instant::now() + Duration::from_secs(30);
        pace.keep("http://h", deadline).await.unwrap();
        assert!(pace.keep("http://h", deadline).await.is_err());
        tokio::time::advance(Duration::from_mins(1)).await;
        assert!(
            pace.keep("http://h", Instant::now() + Duration::from_secs(30)).await.is_ok(),
            "who was told counts not"
        );
        let free = Pace::new(None);
        for _ in 0..10 {
            free.keep("http://h", Instant::now()).await.unwrap();
        }
    }
}
