//! Accepts connections until told to stop.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use crate::{slow_client::SlowClientGuard, tls::Tls};

/// Limits of connections, against clients that are slow or many.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections open at the same time; more wait to be accepted.
    pub max_connections: usize,
    /// Longest time for the head of a request to come in, also of the next one on the same connection.
    pub header_timeout: Duration,
    /// Most header lines of a request; more get 431.
    pub max_headers: usize,
    /// Most bytes of a request's head; more get 431.
    pub max_head_bytes: usize,
    /// Within this time a client has to take at least 16 KiB of what waits to be sent to it; then the connection ends.
    pub answer_timeout: Duration,
    /// Longest time for requests under way after the signal to stop.
    pub stop_timeout: Duration,
}

impl Default for Limits {
    /// 4,096 connections, 30 seconds for a head of 100 lines and 256 KiB, 30 seconds for each piece of an answer, 30
    /// seconds to stop.
    fn default() -> Self {
        Self {
            max_connections: 4_096,
            header_timeout: Duration::from_secs(30),
            max_headers: 100,
            max_head_bytes: 256 << 10,
            answer_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(30),
        }
    }
}

/// Serves the router on the listener, over TLS where there is some, until `stop` completes; then accepts nothing new, lets requests
/// under way finish within [`Limits::stop_timeout`], and returns. Failures of single connections are logged.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.max_connections.min(Semaphore::MAX_PERMITS)));
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let (stream, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or the peer was gone already. Trying again at once would only spin.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let stream = SlowClientGuard::new(stream, limits.answer_timeout);
        // Watched from here: an end that comes now waits for it.
        let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            match tls {
                None => answer(stream, router, limits, watcher).await,
                Some(tls) => match tls.accept(stream, limits.header_timeout).await {
                    Ok(stream) => answer(stream, router, limits, watcher).await,
                    Err(error) => tracing::debug!(%error, "a client does not come to terms over TLS"),
                },
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(limits.stop_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            seconds = limits.stop_timeout.as_secs_f64(),
            "requests were still under way at the end"
        );
    }
}

/// Answers what comes over a connection, until it ends or the watcher ends it.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    limits: Limits,
    watcher: Watcher,
) {
    let service = TowerToHyperService::new(router);
    let connection = builder(&limits).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended before its time");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.max_headers)
        .max_buf_size(limits.max_head_bytes.max(8_192));
    builder
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
        task::JoinHandle,
    };

    use super::*;

    struct Running {
        at: SocketAddr,
        stop: oneshot::Sender<()>,
        done: JoinHandle<()>,
    }

    async fn start(limits: Limits) -> Running {
        let slow = || async {
            sleep(Duration::from_millis(200)).await;
            "done"
        };
        let router = Router::new().route("/slow", get(slow)).route("/", get(|| async { "here" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        Running { at, stop, done: tokio::spawn(serve(listener, None, router, limits, stopped)) }
    }

    async fn send(at: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(at).await.unwrap();
        let _ = stream.write_all(text.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn a_request_under_way_is_finished_before_the_end() {
        let running = start(Limits::default()).await;
        let request = send(running.at, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
        let stop = async {
            sleep(Duration::from_millis(50)).await;
            running.stop.send(()).unwrap();
        };
        let (answer, ()) = tokio::join!(request, stop);
        assert!(answer.ends_with("done"), "{answer}");
        running.done.await.unwrap();
        assert!(TcpStream::connect(running.at).await.is_err());
    }

    #[tokio::test]
    async fn the_end_does_not_wait_for_ever() {
        let running = start(Limits { stop_timeout: Duration::from_millis(20), ..Limits::default() }).await;
        let request =
            tokio::spawn(async move { send(running.at, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await });
        sleep(Duration::from_millis(50)).await;
        running.stop.send(()).unwrap();
        timeout(Duration::from_millis(120), running.done).await.unwrap().unwrap();
        request.abort();
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_cut_off() {
        let running = start(Limits { header_timeout: Duration::from_millis(50), ..Limits::default() }).await;
        let answer = timeout(Duration::from_secs(5), send(running.at, "GET / HTTP/1.1\r\nhost: x\r\n")).await;
        assert!(!answer.unwrap().contains("200"));
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let running = start(Limits { max_headers: 10, max_head_bytes: 8_192, ..Limits::default() }).await;
        let lines = "a: b\r\n".repeat(20);
        let many = send(running.at, &format!("GET / HTTP/1.1\r\nhost: x\r\n{lines}\r\n")).await;
        assert!(many.starts_with("HTTP/1.1 431"), "{many}");
        let long = "x".repeat(20_000);
        let large = send(running.at, &format!("GET / HTTP/1.1\r\nhost: x\r\na: {long}\r\n\r\n")).await;
        assert!(!large.contains("200 OK"), "{large}");
    }

    #[tokio::test]
    async fn a_connection_too_many_waits_for_its_place() {
        let running = start(Limits { max_connections: 1, ..Limits::default() }).await;
        let first = TcpStream::connect(running.at).await.unwrap();
        sleep(Duration::from_millis(50)).await;
        let second = send(running.at, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let free = async {
            sleep(Duration::from_millis(50)).await;
            drop(first);
        };
        let (answer, ()) = tokio::join!(second, free);
        assert!(answer.ends_with("here"), "{answer}");
    }
}
