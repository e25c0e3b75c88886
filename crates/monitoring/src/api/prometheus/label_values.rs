//! `/prometheus/api/v1/label/{label}/values`: the values of a label.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{Form, answer};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// The values of a label.
#[utoipa::path(
    get, path = "/prometheus/api/v1/label/{label}/values", operation_id = "label_values", tag = "out",
    params(("label" = String, Path, description = "The label; U__ before one whose special characters are escaped"),
           ("match[]" = Option<Vec<String>>, Query), ("limit" = Option<u64>, Query)),
    responses((status = 200, description = "Values"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn handle(
    State(app): State<App>,
    Of(tenant): Of,
    Path(name): Path<String>,
    form: Form,
) -> Result<Response, QueryFailure> {
    let name = unescaped(&name);
    if name.is_empty() {
        return Err(QueryFailure::bad_data(format!("invalid label name: {name:?}")));
    }
    let series = app.samples.series(&tenant, &form.selectors()?).await?;
    let values: BTreeSet<&str> =
        series.iter().map(|labels| labels.get(&name)).filter(|value| !value.is_empty()).collect();
    Ok(answer::success(&values.into_iter().take(form.limit()?).collect::<Vec<_>>()))
}

/// A name that was escaped for the path: `U__a_2e_b` is `a.b`, and two underscores are one.
fn unescaped(name: &str) -> String {
    let Some(escaped) = name.strip_prefix("U__") else { return name.to_owned() };
    let mut plain = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once('_') {
        plain.push_str(before);
        if let Some(after) = after.strip_prefix('_') {
            plain.push('_');
            rest = after;
            continue;
        }
        let code = after
            .split_once('_')
            .and_then(|(code, rest)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest)));
        match code {
            Some((char, after)) => {
                plain.push(char);
                rest = after;
            }
            None => return name.to_owned(),
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_names_are_read() {
        assert_eq!(unescaped("job"), "job");
        assert_eq!(unescaped("U__a_2e_b__c"), "a.b_c");
        assert_eq!(unescaped("U__a_zz_"), "U__a_zz_");
    }
}
