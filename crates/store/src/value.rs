//! Values that enter a statement.

use ground::{GroupId, HostId, OrgId, Timestamp};
use uuid::Uuid;

/// The kinds of value that the tables need: times are integers, JSON is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// [`Value::Int`].
    Int,
    /// [`Value::Text`].
    Text,
    /// [`Value::Bytes`].
    Bytes,
    /// [`Value::Uuid`].
    Uuid,
    /// [`Value::Bool`].
    Bool,
}

/// One value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL `NULL`; PostgreSQL wants to know of what.
    Null(ValueKind),
    /// A 64-bit integer; times are microseconds.
    Int(i64),
    /// Text, also JSON.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A UUID: `uuid` in PostgreSQL, 16 bytes in SQLite; both sort by those bytes.
    Uuid(Uuid),
    /// Truth: `boolean` in PostgreSQL, 0 or 1 in SQLite.
    Bool(bool),
}

/// What can stand for a placeholder.
pub trait IntoValue {
    /// Which kind of value it becomes.
    const KIND: ValueKind;

    /// The value as the database takes it.
    fn into_value(self) -> Value;
}

macro_rules! into_value {
    ($($type:ty: $kind:ident, $self:ident => $value:expr;)*) => {
        $(impl IntoValue for $type {
            const KIND: ValueKind = ValueKind::$kind;
            fn into_value($self) -> Value {
                $value
            }
        })*
    };
}

into_value! {
    i64: Int, self => Value::Int(self);
    bool: Bool, self => Value::Bool(self);
    String: Text, self => Value::Text(self);
    &str: Text, self => Value::Text(self.to_owned());
    &String: Text, self => Value::Text(self.clone());
    Vec<u8>: Bytes, self => Value::Bytes(self);
    &[u8]: Bytes, self => Value::Bytes(self.to_vec());
    Uuid: Uuid, self => Value::Uuid(self);
    HostId: Uuid, self => Value::Uuid(self.0);
    GroupId: Uuid, self => Value::Uuid(self.0);
    &OrgId: Text, self => Value::Text(self.as_str().to_owned());
    OrgId: Text, self => Value::Text(self.as_str().to_owned());
    Timestamp: Int, self => Value::Int(self.micros());
}

impl<T: IntoValue> IntoValue for Option<T> {
    const KIND: ValueKind = T::KIND;

    fn into_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), IntoValue::into_value)
    }
}
