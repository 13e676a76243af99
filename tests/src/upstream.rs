//! An HTTP server on loopback that keeps what arrives, byte for byte, and answers as a test says.
//!
//! It speaks HTTP/1.1 on a bare TCP stream, because frameworks tidy up what a test wants to see: the request line, the
//! order and spelling of headers, and when the client goes away.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::soon;

/// The server. It stops when this is dropped.
#[derive(Debug)]
pub struct Upstream {
    port: u16,
    script: Arc<Script>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    requests: watch::Sender<Vec<Request>>,
    connections: AtomicUsize,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first line, e.g. `GET /pets?limit=1 HTTP/1.1`.
    pub line: String,
    /// Names in lower case, values as they came.
    pub headers: Vec<(String, String)>,
    /// The body, dechunked.
    pub body: Bytes,
    gone: watch::Receiver<bool>,
}

impl Request {
    /// Method and target: `GET /pets?limit=1`.
    pub fn target(&self) -> &str {
        self.line.strip_suffix(" HTTP/1.1").unwrap_or(&self.line)
    }

    /// The value of a header, if it is there once; several values are joined by a comma.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> =
            self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {:?}", self.body))
    }

    /// Waits until the client has closed the connection before it had its answer.
    pub async fn abandoned(&self) {
        let mut gone = self.gone.clone();
        let waited = soon("the upstream request is dropped", gone.wait_for(|gone| *gone)).await;
        assert!(waited.is_ok(), "{} was answered, not dropped", self.line);
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    end: End,
}

/// What happens before or instead of an answer.
#[derive(Debug, Clone)]
enum End {
    Sent,
    Closed,
    Held(Arc<Semaphore>),
    Dropped,
}

/// Lets a held answer go.
#[derive(Debug)]
pub struct Hold(Arc<Semaphore>);

impl Hold {
    /// Lets it go.
    pub fn release(self) {
        self.0.add_permits(1);
    }
}

impl Answer {
    /// 200 with a JSON body.
    pub fn json(value: &Value) -> Self {
        Self::of("application/json", value.to_string())
    }

    /// 200 with a body of any type.
    pub fn of(media_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status: 200, headers, body: body.into(), end: End::Sent }
    }

    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), end: End::Sent }
    }

    /// Another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keeps the client waiting until the hold is released.
    #[must_use]
    pub fn held(mut self) -> (Self, Hold) {
        let semaphore = Arc::new(Semaphore::new(0));
        self.end = End::Held(Arc::clone(&semaphore));
        (self, Hold(semaphore))
    }

    /// Closes the connection behind the answer, without having said so.
    #[must_use]
    pub fn and_close(mut self) -> Self {
        self.end = End::Closed;
        self
    }

    /// Closes the connection instead of answering.
    pub fn dropped() -> Self {
        Self { end: End::Dropped, ..Self::status(200) }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![format!("HTTP/1.1 {} Scripted", self.status)];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if self.status != 204 {
            lines.push(format!("content-length: {}", self.body.len()));
        }
        let head = lines.join("\r\n") + "\r\n\r\n";
        [head.as_bytes(), &self.body].concat()
    }
}

impl Upstream {
    /// Starts on a free port. A request for which nothing is scripted is answered by `{}`.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let script = Arc::new(Script {
            answers: Mutex::default(),
            requests: watch::Sender::default(),
            connections: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&script);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                shared.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        Self { port, script, accepting }
    }

    /// `http://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The next answer that is not yet taken.
    pub fn answer(&self, answer: Answer) {
        self.script.answers.lock().expect("no connection panics").push_back(answer);
    }

    /// How many answers are not yet taken.
    pub fn pending(&self) -> usize {
        self.script.answers.lock().expect("no connection panics").len()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.script.connections.load(Ordering::Relaxed)
    }

    /// Everything that has arrived.
    pub fn requests(&self) -> Vec<Request> {
        self.script.requests.borrow().clone()
    }

    /// The request at `index`, as soon as it has arrived.
    pub async fn request(&self, index: usize) -> Request {
        let mut requests = self.script.requests.subscribe();
        let arrived = requests.wait_for(|requests| requests.len() > index);
        soon("a request reaches the upstream", arrived).await.expect("the upstream lives")[index].clone()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One connection, request after request. An error is a client that went away.
async fn converse(stream: TcpStream, script: Arc<Script>) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    while let Some((line, headers, body)) = read_request(&mut reader).await? {
        let (leave, gone) = watch::channel(false);
        script.requests.send_modify(|requests| requests.push(Request { line, headers, body, gone }));
        let next = script.answers.lock().expect("no connection panics").pop_front();
        let answer = next.unwrap_or_else(|| Answer::json(&Value::Object(serde_json::Map::new())));
        match &answer.end {
            End::Sent | End::Closed => {}
            End::Dropped => return Ok(()),
            End::Held(hold) => tokio::select! {
                permit = hold.acquire() => drop(permit),
                _ = reader.fill_buf() => {
                    leave.send_replace(true);
                    return Ok(());
                }
            },
        }
        writer.write_all(&answer.bytes()).await?;
        writer.flush().await?;
        if matches!(answer.end, End::Closed) {
            return Ok(());
        }
    }
    Ok(())
}

type Parts = (String, Vec<(String, String)>, Bytes);

async fn read_request(reader: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> io::Result<Option<Parts>> {
    let line = read_line(reader).await?;
    if line.is_empty() {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let header = read_line(reader).await?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let value = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let body = if value("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        read_chunks(reader).await?
    } else {
        let length = value("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).await?;
        body
    };
    Ok(Some((line, headers, body.into())))
}

async fn read_chunks(reader: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(reader).await?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        let from = body.len();
        body.resize(from + size, 0);
        reader.read_exact(&mut body[from..]).await?;
        read_line(reader).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// A line without its end; empty at the end of the stream. Bytes above 127 stand as Latin-1.
async fn read_line(reader: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> io::Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).await?;
    Ok(line.into_iter().map(char::from).collect::<String>().trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client;

    #[tokio::test]
    async fn requests_are_kept_and_answered_in_turn() {
        let upstream = Upstream::start().await;
        let client = http_client();
        upstream.answer(Answer::of("text/plain", "first").with_status(201).header("x-turn", "1"));
        let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter([Ok::<_, io::Error>("ab"), Ok("c")]));
        let url = format!("{}/a%2Fb?c=d", upstream.url());
        let answer = client.post(&url).header("X-Given", "yes").body(chunked).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 201);
        assert_eq!(answer.headers()["x-turn"], "1");
        assert_eq!(answer.text().await.expect("text"), "first");
        assert_eq!(client.get(upstream.url()).send().await.expect("an answer").text().await.expect("text"), "{}");

        let requests = upstream.requests();
        assert_eq!(requests[0].target(), "POST /a%2Fb?c=d");
        assert_eq!(requests[0].header("x-given").as_deref(), Some("yes"));
        assert_eq!(requests[0].body, "abc");
        assert_eq!(requests[1].target(), "GET /");
    }

    #[tokio::test]
    async fn a_client_that_does_not_wait_is_noticed() {
        let upstream = Upstream::start().await;
        let (answer, _hold) = Answer::status(204).held();
        upstream.answer(answer);
        let waiting = tokio::spawn(http_client().get(upstream.url()).send());
        let request = upstream.request(0).await;
        waiting.abort();
        request.abandoned().await;
    }

    #[tokio::test]
    async fn answers_are_held_and_dropped() {
        let upstream = Upstream::start().await;
        let (answer, hold) = Answer::of("text/plain", "at last").held();
        upstream.answer(answer);
        upstream.answer(Answer::dropped());
        let client = http_client();
        let waiting = tokio::spawn(client.get(upstream.url()).send());
        upstream.request(0).await;
        hold.release();
        let answer = waiting.await.expect("the task ends").expect("an answer");
        assert_eq!(answer.text().await.expect("text"), "at last");
        assert!(client.post(upstream.url()).send().await.is_err());
    }
}
