//! Who is killed, and what fails beside it.

use crate::dice::Dice;

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Victim {
    Api,
    Ingress,
    Relay,
    SecondRelay,
}

impl Victim {
    pub(super) const ALL: [Self; 4] = [Self::Api, Self::Ingress, Self::Relay, Self::SecondRelay];

    /// Who is killed. A relay that was killed keeps its lease, so it is not killed as often.
    pub(super) fn choose(kill: u64) -> Self {
        match kill % 20 {
            5 => Self::Relay,
            15 => Self::SecondRelay,
            n if matches!(n % 10, 1 | 2 | 4 | 6 | 8) => Self::Ingress,
            _ => Self::Api,
        }
    }

    /// Its place among the consumers.
    pub(super) fn consumer(self) -> Option<usize> {
        match self {
            Self::Api => None,
            Self::Ingress => Some(0),
            Self::Relay => Some(1),
            Self::SecondRelay => Some(2),
        }
    }

    pub(super) fn is_relay(self) -> bool {
        matches!(self, Self::Relay | Self::SecondRelay)
    }
}

/// What happens beside a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Connections to the database end.
    CutDatabase,
    /// Connections to the broker end.
    CutBroker,
    /// Nothing comes through to the database, or from it.
    StallDatabase,
    /// Nobody answers at the broker's address.
    RefuseBroker,
    /// The database is killed and started again.
    KillDatabase,
    /// The database is stopped and started again.
    StopDatabase,
    /// The broker is killed and started again.
    KillBroker,
    /// The broker is stopped and started again.
    StopBroker,
    /// The database knows the program's user no more.
    RefuseLogin,
    /// A table has another name for a while, as in the middle of somebody's change of the schema.
    RenameTable,
    /// The topic of notifications is deleted, and comes again later.
    DropTopic,
    /// Nothing comes through to the database from one of the relays, which still reaches the broker, for longer than a lease.
    IsolateRelay,
}

impl Fault {
    pub(super) const ALL: [(Self, &'static str); 12] = [
        (Self::CutDatabase, "network to database cut"),
        (Self::CutBroker, "network to broker cut"),
        (Self::StallDatabase, "network to database stalled"),
        (Self::RefuseBroker, "broker not reachable"),
        (Self::KillDatabase, "database killed"),
        (Self::StopDatabase, "database stopped"),
        (Self::KillBroker, "broker killed"),
        (Self::StopBroker, "broker stopped"),
        (Self::RefuseLogin, "login refused"),
        (Self::RenameTable, "table renamed for a while"),
        (Self::DropTopic, "topic of notifications deleted"),
        (Self::IsolateRelay, "one relay without the database"),
    ];

    /// The network is often bad; components are stopped and killed now and then, each early in a run.
    pub(super) fn choose(kill: u64, dice: &mut Dice) -> Self {
        match kill % 24 {
            1 | 15 => Self::RefuseLogin,
            2 => Self::IsolateRelay,
            3 => Self::KillDatabase,
            5 | 17 => Self::RenameTable,
            9 => Self::DropTopic,
            7 => Self::KillBroker,
            13 => Self::StopDatabase,
            19 => Self::StopBroker,
            _ => match dice.below(10) {
                0 | 1 => Self::CutDatabase,
                2 => Self::CutBroker,
                3 => Self::StallDatabase,
                4 => Self::RefuseBroker,
                _ => Self::None,
            },
        }
    }
}
