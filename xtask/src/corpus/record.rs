//! The record that later runs are held against: a line for each document that loads, with how many operations it maps.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{Outcome, Report};

/// Mapped operations by document.
#[derive(Debug, Default)]
pub struct Record(BTreeMap<String, usize>);

impl Record {
    pub fn of(report: &Report) -> Self {
        let loaded = report.documents.iter().filter_map(|row| match &row.outcome {
            Outcome::Loaded(one) => Some((row.document.clone(), one.mapped)),
            Outcome::Failed { .. } => None,
        });
        Self(loaded.collect())
    }

    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        Self::parse(&text).ok_or_else(|| io::Error::other(format!("{} is no record", path.display())))
    }

    fn parse(text: &str) -> Option<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.split_once('\t').and_then(|(mapped, name)| Some((name.to_owned(), mapped.parse().ok()?))))
            .collect::<Option<_>>()
            .map(Self)
    }

    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = "# Mapped operations of each document; written by cargo xtask corpus --record.\n".to_owned();
        for (name, mapped) in &self.0 {
            text += &format!("{mapped}\t{name}\n");
        }
        fs::write(path, text)
    }

    /// What holds no longer, a line each.
    pub fn worse_than(&self, before: &Self) -> Vec<String> {
        let lines = before.0.iter().filter_map(|(name, &mapped)| match self.0.get(name) {
            None => Some(format!("{name} loaded before and does not any more")),
            Some(&now) if now < mapped => Some(format!("{name}: {mapped} operations were mapped before, now {now}")),
            Some(_) => None,
        });
        lines.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_back_is_named() {
        let record = |text: &str| Record::parse(text).expect("a record");
        let before = record("# note\n3\ta.yaml\n0\tdir/b c.json\n");
        let cases = [
            ("3\ta.yaml\n0\tdir/b c.json\n9\tnew.json\n", vec![]),
            ("4\ta.yaml\n1\tdir/b c.json\n", vec![]),
            ("2\ta.yaml\n0\tdir/b c.json\n", vec!["a.yaml: 3 operations were mapped before, now 2"]),
            ("3\ta.yaml\n", vec!["dir/b c.json loaded before and does not any more"]),
        ];
        for (now, expected) in cases {
            assert_eq!(record(now).worse_than(&before), expected, "{now}");
        }
        assert!(Record::parse("a.yaml 3\n").is_none());
    }
}
