//! The limit of HTTP: a server of the same making that answers with so many bytes and does nothing else.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::{Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Serves until killed; prints its address first.
pub async fn serve(bytes: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("echo serves http://{}/", listener.local_addr().expect("it is bound"));
    let body = Bytes::from(vec![b'x'; bytes]);
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let _ = stream.set_nodelay(true);
        let body = body.clone();
        let answer = service_fn(move |_| {
            let answer = Response::builder().header("content-type", "application/json");
            let answer = answer.body(Full::new(body.clone())).expect("an answer can be made");
            async move { Ok::<_, Infallible>(answer) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}
