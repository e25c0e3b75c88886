//! Parameters of query and path: one declaration reads and describes them.

mod bad;
mod extract;
mod field;
mod ids;
mod value;
mod words;

use utoipa::openapi::path::{Parameter, ParameterIn};

pub use bad::{BadParameter, Reason};
pub use extract::{Path, Query};
pub use field::{Field, described, read};
pub use ids::Ids;
pub use value::{Value, Whole};
pub use web::Params;

/// Where parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterPlace {
    /// Behind the question mark.
    Query,
    /// Between slashes.
    Path,
}

impl From<ParameterPlace> for ParameterIn {
    fn from(place: ParameterPlace) -> Self {
        match place {
            ParameterPlace::Query => Self::Query,
            ParameterPlace::Path => Self::Path,
        }
    }
}

/// Parameters that are read and described; [`parameters!`](crate::parameters!) declares them.
pub trait Parameters: Sized + Send {
    /// Where they stand.
    const PLACE: ParameterPlace;

    /// Reads them; the first that cannot be used is told.
    fn read(given: &Params) -> Result<Self, BadParameter>;

    /// Adds what the document says of them.
    fn describe(into: &mut Vec<Parameter>);
}

/// Declares the parameters of an operation: a struct that [`Query`] or [`Path`] reads and that `utoipa::path` takes in
/// its `params(…)`.
///
/// A field is an [`Option`], a [`Vec`] (given several times), a type with a default behind `=`, or required. Its type is
/// a [`Value`]. `as "text"` gives a name that is no identifier. `with { name: Type }` behind it takes in the
/// parameters of another declaration.
///
/// ```
/// rest::parameters! {
///     /// Which notes are listed.
///     pub struct ListNotes in Query {
///         /// Part of the text.
///         search: Option<String>,
///         /// From 1.
///         page: rest::Whole<1, 1_000_000> = 1.into(),
///         /// Ids of hosts.
///         host as "host[]": Vec<uuid::Uuid>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! parameters {
    (
        $(#[doc = $about:literal])+
        $vis:vis struct $name:ident in $place:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident $(as $wire:literal)? : $type:ty $(= $default:expr)?
            ),*
            $(,)?
        }
        $(with { $($group:ident: $others:ty),+ $(,)? })?
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        $vis struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )*
            $($(
                #[doc = concat!("The parameters of [`", stringify!($others), "`].")]
                pub $group: $others,
            )+)?
        }

        impl $crate::Parameters for $name {
            const PLACE: $crate::ParameterPlace = $crate::ParameterPlace::$place;

            fn read(
                given: &$crate::parameters::Params,
            ) -> ::std::result::Result<Self, $crate::BadParameter> {
                Ok(Self {
                    $( $field: $crate::parameters::read::<$type>(
                        given,
                        $crate::parameters!(@name $field $($wire)?),
                        Self::PLACE,
                        || $crate::parameters!(@default $($default)?),
                    )?, )*
                    $($( $group: <$others as $crate::Parameters>::read(given)?, )+)?
                })
            }

            fn describe(into: &mut ::std::vec::Vec<$crate::utoipa::openapi::path::Parameter>) {
                $( into.push($crate::parameters::described::<$type>(
                    $crate::parameters!(@name $field $($wire)?),
                    Self::PLACE,
                    $crate::parameters!(@has $($default)?),
                    &[$($doc),+],
                )); )*
                $($( <$others as $crate::Parameters>::describe(into); )+)?
            }
        }

        impl $crate::utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> ::std::option::Option<$crate::utoipa::openapi::path::ParameterIn>,
            ) -> ::std::vec::Vec<$crate::utoipa::openapi::path::Parameter> {
                let mut all = ::std::vec::Vec::new();
                <Self as $crate::Parameters>::describe(&mut all);
                all
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };
    (@default) => { ::std::option::Option::None };
    (@default $default:expr) => { ::std::option::Option::Some($default) };
    (@has) => { false };
    (@has $default:expr) => { true };
}
