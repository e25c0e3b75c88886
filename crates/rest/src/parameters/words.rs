//! Values that are one word of a few.

/// Declares an enum whose variants are words of a query or path, and of the document.
///
/// ```
/// rest::words! {
///     /// By what notes are ordered.
///     pub enum OrderBy {
///         /// Their text.
///         Text = "text",
///         /// When they were written.
///         Updated = "updated",
///     }
/// }
/// assert_eq!(OrderBy::Text.as_str(), "text");
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        $vis:vis enum $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal ),+ $(,)? }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        impl $name {
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::Value for $name {
            fn read(text: &str) -> ::std::result::Result<Self, $crate::Reason> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err($crate::Reason::NotOneOf(Self::WORDS)),
                }
            }

            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::Schema> {
                $crate::utoipa::openapi::ObjectBuilder::new()
                    .schema_type($crate::utoipa::openapi::Type::String)
                    .enum_values(Some([$($word),+]))
                    .build()
                    .into()
            }
        }
    };
}
