//! How often a parameter may be given.

use utoipa::openapi::{
    ArrayBuilder, RefOr, Required, Schema,
    path::{Parameter, ParameterBuilder},
};

use super::{BadParameter, ParameterPlace, Params, Reason, Value};

/// A field of a declaration: a value, an optional one, or several.
pub trait Field: Sized {
    /// Whether it must be given when there is no default.
    const REQUIRED: bool;

    /// Reads what was given under the name; `None` when nothing was and that is no value of the type.
    fn read(given: &[&str]) -> Result<Option<Self>, (String, Reason)>;

    /// What the document says of its values.
    fn schema() -> RefOr<Schema>;
}

fn value<T: Value>(text: &str) -> Result<T, (String, Reason)> {
    T::read(text).map_err(|reason| (text.to_owned(), reason))
}

impl<T: Value> Field for T {
    const REQUIRED: bool = true;

    fn read(given: &[&str]) -> Result<Option<Self>, (String, Reason)> {
        given.last().map(|text| value(text)).transpose()
    }

    fn schema() -> RefOr<Schema> {
        <T as Value>::schema()
    }
}

impl<T: Value> Field for Option<T> {
    const REQUIRED: bool = false;

    fn read(given: &[&str]) -> Result<Option<Self>, (String, Reason)> {
        Ok(Some(given.last().map(|text| value(text)).transpose()?))
    }

    fn schema() -> RefOr<Schema> {
        <T as Value>::schema()
    }
}

impl<T: Value> Field for Vec<T> {
    const REQUIRED: bool = false;

    fn read(given: &[&str]) -> Result<Option<Self>, (String, Reason)> {
        given.iter().map(|text| value(text)).collect::<Result<_, _>>().map(Some)
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(<T as Value>::schema()).build().into()
    }
}

/// Reads a field; for [`parameters!`](crate::parameters!).
pub fn read<T: Field>(
    given: &Params,
    name: &'static str,
    place: ParameterPlace,
    default: impl FnOnce() -> Option<T>,
) -> Result<T, BadParameter> {
    let texts = given.all(name);
    let read = if texts.is_empty() {
        default().map_or_else(|| T::read(&[]), |value| Ok(Some(value)))
    } else {
        T::read(&texts)
    };
    match read {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(BadParameter::new(place, name, "", Reason::Missing)),
        Err((text, reason)) => Err(BadParameter::new(place, name, &text, reason)),
    }
}

/// Describes a field; for [`parameters!`](crate::parameters!).
pub fn described<T: Field>(name: &str, place: ParameterPlace, has_default: bool, doc: &[&str]) -> Parameter {
    let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
    let required = if T::REQUIRED && !has_default { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place.into())
        .required(required)
        .description(Some(lines.join(" ")))
        .schema(Some(T::schema()))
        .build()
}
