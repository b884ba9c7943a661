//! Closed sets of words in the document, for members that are written as texts.

/// `closed_words!(pub RunStatus: "acted", "failed")`: a schema with a name, for `#[schema(value_type = RunStatus)]`.
#[macro_export]
macro_rules! closed_words {
    ($(#[doc = $about:literal])* $visible:vis $name:ident: $($word:literal),+ $(,)?) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy)]
        $visible enum $name {}

        impl $name {
            /// Every word.
            #[allow(dead_code, reason = "where the words are compared with what is written")]
            $visible const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                ::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($about),*).trim()))
                    .enum_values(Some(Self::WORDS.iter().copied()))
                    .into()
            }
        }

        impl ::utoipa::ToSchema for $name {}
    };
}
