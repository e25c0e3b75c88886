//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use uuid::Uuid;

/// A port of 127.0.0.1 that is free now. It lies below the range from which the system takes the ports of outgoing
/// connections: a component that is stopped and started again finds its port still free.
pub fn free_port() -> u16 {
    let random_port = || {
        let [high, low, ..] = Uuid::new_v4().into_bytes();
        15_000 + u16::from_be_bytes([high, low]) % 17_000
    };
    std::iter::repeat_with(random_port)
        .take(1_000)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("none of 1,000 ports of 127.0.0.1 is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port();
        assert!((15_000..32_000).contains(&port));
        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    }
}
