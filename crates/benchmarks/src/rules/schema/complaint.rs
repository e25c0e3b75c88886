//! Which of several errors is told, and in which words: those of Python's `jsonschema`, whose clients read them.

use std::{cmp::Reverse, fmt::Write as _};

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use legacy::{Json, literal, literal_number};
use serde_json::Value;

/// What is wrong with a document or a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong.
    pub error: String,
    /// Where in the document, as Python prints the keys: `deque(['machine', 1])`.
    pub path: String,
}

/// The original prefers errors that are higher up, and others to these.
const WEAK: [&str; 2] = ["anyOf", "oneOf"];

impl Complaint {
    /// About a document as a whole.
    pub(super) fn at_root(error: String) -> Self {
        Self { error, path: "deque([])".to_owned() }
    }

    /// Validation would take too much work.
    pub(super) fn too_expensive() -> Self {
        Self::at_root("schema too expensive".to_owned())
    }

    /// A schema that cannot be prepared.
    pub(super) fn unusable(error: &ValidationError<'_>) -> Self {
        Self::at_root(error.to_string())
    }
}

/// Why a schema cannot be prepared: it is invalid under its draft, or refers to what is not there.
pub(super) fn of_schema(error: &ValidationError<'_>, given: &Json) -> Complaint {
    if let Kind::Referencing(reason) = error.kind() {
        let error = format!(
            "a reference cannot be followed: {reason}; references to other documents are not fetched"
        );
        return Complaint::at_root(error);
    }
    View { instance: given, schema: None }.complaint(error, "")
}

/// The error that Python's `best_match` picks, if there is one. `schema` is what the validator was made of.
pub(super) fn best(
    validator: &Validator,
    instance: &Value,
    given: &Json,
    schema: Option<(&Value, &Json)>,
) -> Option<Complaint> {
    let errors: Vec<_> = validator.iter_errors(instance).take(super::MOST_ERRORS).collect();
    let view = View { instance: given, schema: schema.map(|(_, given)| given) };
    let mut errors: Vec<_> = errors.iter().collect();
    errors.sort_by_cached_key(|error| view.order(error));
    // Of equals the first counts.
    let mut best = *errors.iter().rev().max_by_key(|error| view.relevance(error))?;
    let mut parent = "";
    while let Some(context) = context(best) {
        let mut inner: Vec<_> = context.collect();
        inner.sort_by_key(|error| view.relevance(error));
        match inner[..] {
            [] => break,
            [one, other, ..] if view.relevance(one) == view.relevance(other) => break,
            [first, ..] => {
                parent = best.instance_path().as_str();
                best = first;
            }
        }
    }
    Some(view.complaint(best, parent))
}

/// The errors of the branches that an error is made of.
fn context<'e>(error: &'e ValidationError<'_>) -> Option<impl Iterator<Item = &'e ValidationError<'static>>> {
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => Some(context.iter().flatten()),
        _ => None,
    }
}

/// A document and the schema that it is held against, both in the order in which they were sent.
struct View<'v> {
    instance: &'v Json,
    schema: Option<&'v Json>,
}

impl View<'_> {
    /// What Python sorts errors by: higher up, not weak, of the type that the schema asks for.
    fn relevance(&self, error: &ValidationError<'_>) -> (Reverse<usize>, bool, bool) {
        let depth = error.instance_path().as_str().matches('/').count();
        (Reverse(depth), !WEAK.contains(&error.kind().keyword()), !self.matches_type(error))
    }

    /// Whether the instance has the type that the schema with the broken keyword asks for.
    fn matches_type(&self, error: &ValidationError<'_>) -> bool {
        let path = error.schema_path().as_str();
        let around = path.rsplit_once('/').map_or("", |(around, _)| around);
        let wanted = self.schema.and_then(|schema| schema.at(around)).and_then(|schema| schema.get("type"));
        let instance = self.instance.at(error.instance_path().as_str());
        let is =
            |kind: &Json| matches!((instance, kind), (Some(value), Json::Text(kind)) if is_type(value, kind));
        match wanted {
            Some(Json::List(kinds)) => kinds.iter().any(is),
            Some(kind) => is(kind),
            None => false,
        }
    }

    /// Where Python comes upon an error: keywords and properties in the order of the schema, elements in theirs.
    fn order(&self, error: &ValidationError<'_>) -> Vec<usize> {
        let mut places = Vec::new();
        let mut schema = self.schema;
        for part in error.evaluation_path().as_str().split('/').skip(1) {
            let key = part.replace("~1", "/").replace("~0", "~");
            let (place, next) = match schema {
                Some(Json::Object(members)) => match members.iter().position(|(name, _)| *name == key) {
                    Some(place) => (place, Some(&members[place].1)),
                    None => (usize::MAX, None),
                },
                Some(Json::List(items)) => {
                    let place = key.parse().unwrap_or(usize::MAX);
                    (place, items.get(place))
                }
                _ => (0, None),
            };
            places.push(place);
            schema = match (key.as_str(), next) {
                ("$ref", Some(Json::Text(to))) => {
                    to.strip_prefix('#').and_then(|pointer| self.schema?.at(pointer))
                }
                _ => next,
            };
        }
        places
            .extend(error.instance_path().as_str().split('/').filter_map(|part| part.parse::<usize>().ok()));
        places
    }

    fn complaint(&self, error: &ValidationError<'_>, parent: &str) -> Complaint {
        if let Kind::PropertyNames { error: inner } = error.kind() {
            let path = self.path(error.instance_path().as_str(), parent);
            return Complaint { error: self.words(inner, &repr(inner.instance())), path };
        }
        let mut pointer = error.instance_path().as_str();
        let instance = self.instance.at(pointer).map_or_else(|| repr(error.instance()), literal);
        let is_member = matches!(error.kind(), Kind::FalseSchema) && keyword(error) != "additionalProperties";
        if is_member {
            // What is not allowed at all is told of what it stands in.
            pointer = pointer.rsplit_once('/').map_or("", |(around, _)| around);
        }
        Complaint { error: self.words(error, &instance), path: self.path(pointer, parent) }
    }

    /// The keys to an instance below another one; positions stand without quotes.
    fn path(&self, pointer: &str, parent: &str) -> String {
        let mut keys = String::new();
        let mut value = Some(self.instance);
        let depth = parent.matches('/').count();
        for (n, part) in pointer.split('/').skip(1).enumerate() {
            let key = part.replace("~1", "/").replace("~0", "~");
            let in_list = matches!(value, Some(Json::List(_)));
            value = value.and_then(|value| value.at(&format!("/{part}")));
            if n < depth {
                continue;
            }
            let shown = if in_list { key } else { legacy::repr(&key) };
            // Writing to a String cannot fail.
            let _ = write!(keys, "{}{shown}", if keys.is_empty() { "" } else { ", " });
        }
        format!("deque([{keys}])")
    }

    /// What the schema has at the broken keyword, as it was sent.
    fn keyword(&self, error: &ValidationError<'_>) -> Option<&Json> {
        self.schema?.at(error.schema_path().as_str())
    }

    fn words(&self, error: &ValidationError<'_>, instance: &str) -> String {
        let value = |kept: &Value| self.keyword(error).map_or_else(|| repr(kept), literal);
        match error.kind() {
            Kind::Type { kind } => format!("{instance} is not of type {}", self.types(error, kind)),
            Kind::Required { property } => self.required(error, property),
            Kind::Enum { options } => format!("{instance} is not one of {}", value(options)),
            Kind::Constant { expected_value } => format!("{} was expected", value(expected_value)),
            Kind::Minimum { limit } => format!("{instance} is less than the minimum of {}", repr(limit)),
            Kind::ExclusiveMinimum { limit } => {
                format!("{instance} is less than or equal to the minimum of {}", repr(limit))
            }
            Kind::Maximum { limit } => format!("{instance} is greater than the maximum of {}", repr(limit)),
            Kind::ExclusiveMaximum { limit } => {
                format!("{instance} is greater than or equal to the maximum of {}", repr(limit))
            }
            Kind::MultipleOf { multiple_of } => {
                let of = self.keyword(error).map_or_else(|| multiple_of.to_string(), literal);
                format!("{instance} is not a multiple of {of}")
            }
            Kind::MinLength { .. } | Kind::MinItems { .. } => format!("{instance} is too short"),
            Kind::MaxLength { .. } | Kind::MaxItems { .. } => format!("{instance} is too long"),
            Kind::MinProperties { .. } => format!("{instance} does not have enough properties"),
            Kind::MaxProperties { .. } => format!("{instance} has too many properties"),
            Kind::UniqueItems => format!("{instance} has non-unique elements"),
            Kind::Pattern { pattern } => format!("{instance} does not match {}", legacy::repr(pattern)),
            Kind::Format { format } => format!("{instance} is not a {}", legacy::repr(format)),
            Kind::AdditionalProperties { unexpected } => self.additional(error, unexpected),
            Kind::AdditionalItems { limit } => additional_items(error.instance(), *limit),
            Kind::UnevaluatedProperties { unexpected } => {
                format!("Unevaluated properties are not allowed ({} unexpected)", were(&quoted(unexpected)))
            }
            Kind::UnevaluatedItems { unexpected } => {
                format!("Unevaluated items are not allowed ({} unexpected)", were(unexpected))
            }
            Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
                format!("{instance} is not valid under any of the given schemas")
            }
            Kind::OneOfMultipleValid { context } => self.valid_under_each(error, instance, context),
            Kind::Not { schema } => format!("{instance} should not be valid under {}", value(schema)),
            Kind::Contains => self.contains(error, instance),
            Kind::FalseSchema => self.not_allowed(error, instance),
            Kind::PropertyNames { error } => self.words(error, &repr(error.instance())),
            Kind::BacktrackLimitExceeded { .. } => "schema too expensive".to_owned(),
            _ => error.to_string(),
        }
    }

    /// The types that the schema asks for, in its order.
    fn types(&self, error: &ValidationError<'_>, kind: &TypeKind) -> String {
        match (self.keyword(error), kind) {
            (Some(Json::List(kinds)), _) => kinds.iter().map(literal).collect::<Vec<_>>().join(", "),
            (Some(kind), _) => literal(kind),
            (None, TypeKind::Single(kind)) => legacy::repr(&kind.to_string()),
            (None, TypeKind::Multiple(kinds)) => {
                let kinds: Vec<String> = kinds.iter().map(|kind| legacy::repr(&kind.to_string())).collect();
                kinds.join(", ")
            }
        }
    }

    /// The schema that has the broken keyword, as it was sent.
    fn around(&self, error: &ValidationError<'_>) -> Option<&Json> {
        let path = error.schema_path().as_str();
        self.schema?.at(path.rsplit_once('/').map_or("", |(around, _)| around))
    }

    /// A property can also be asked for by another one: the first that is there and asks for it.
    fn required(&self, error: &ValidationError<'_>, property: &Value) -> String {
        let property = repr(property);
        if let ("dependentRequired" | "dependencies", Some(Json::Object(all)), Value::Object(members)) =
            (keyword(error), self.keyword(error), error.instance().as_ref())
        {
            let asks = |(by, wanted): &&(String, Json)| {
                let wants =
                    matches!(wanted, Json::List(names) if names.iter().any(|name| literal(name) == property));
                wants && members.contains_key(by)
            };
            if let Some((by, _)) = all.iter().find(asks) {
                return format!("{property} is a dependency of {}", legacy::repr(by));
            }
        }
        format!("{property} is a required property")
    }

    fn contains(&self, error: &ValidationError<'_>, instance: &str) -> String {
        let limit = self.keyword(error).map_or_else(String::new, literal);
        let is_old = self.schema.and_then(|schema| schema.get("$schema")).is_some_and(
            |name| matches!(name, Json::Text(name) if name.contains("draft-06") || name.contains("draft-07")),
        );
        match keyword(error) {
            "minContains" => format!("Too few items match the given schema (expected at least {limit})"),
            "maxContains" => format!("Too many items match the given schema (expected at most {limit})"),
            _ if is_old => format!("None of {instance} are valid under the given schema"),
            _ => format!("{instance} does not contain items matching the given schema"),
        }
    }

    /// What a schema `false` says, which has a name of its own for members and elements that are not asked for.
    fn not_allowed(&self, error: &ValidationError<'_>, instance: &str) -> String {
        let around = self.around(error);
        match (keyword(error), self.instance.at(error.instance_path().as_str())) {
            ("additionalProperties", Some(Json::Object(members))) => {
                let known = around.and_then(|schema| schema.get("properties"));
                let is_known = |name: &str| known.is_some_and(|known| known.get(name).is_some());
                let unexpected = members.iter().map(|(name, _)| name).filter(|name| !is_known(name)).cloned();
                self.additional(error, &unexpected.collect::<Vec<_>>())
            }
            ("items", _) => {
                let prefix = match around.and_then(|schema| schema.get("prefixItems")) {
                    Some(Json::List(prefix)) => prefix.len(),
                    _ => 0,
                };
                let path = error.instance_path().as_str();
                let list = self.instance.at(path.rsplit_once('/').map_or("", |(around, _)| around));
                let Some(Json::List(items)) = list else {
                    return format!("False schema does not allow {instance}");
                };
                let rest = items.get(prefix..).unwrap_or_default();
                let shown = if let [one] = rest { literal(one) } else { literal(&Json::List(rest.to_vec())) };
                let word = if prefix == 1 { "item" } else { "items" };
                format!("Expected at most {prefix} {word} but found {} extra: {shown}", rest.len())
            }
            _ => format!("False schema does not allow {instance}"),
        }
    }

    fn additional(&self, error: &ValidationError<'_>, unexpected: &[String]) -> String {
        let mut unexpected = quoted(unexpected);
        unexpected.sort();
        let path = error.schema_path().as_str();
        let around = path.rsplit_once('/').map_or("", |(around, _)| around);
        let schema = self.schema.and_then(|schema| schema.at(around));
        if let Some(Json::Object(patterns)) = schema.and_then(|schema| schema.get("patternProperties")) {
            let verb = if unexpected.len() == 1 { "does" } else { "do" };
            let mut patterns: Vec<String> =
                patterns.iter().map(|(pattern, _)| legacy::repr(pattern)).collect();
            patterns.sort();
            return format!(
                "{} {verb} not match any of the regexes: {}",
                unexpected.join(", "),
                patterns.join(", ")
            );
        }
        format!("Additional properties are not allowed ({} unexpected)", were(&unexpected))
    }

    /// The schemas that hold, the first one last, as the original lists them.
    fn valid_under_each(
        &self,
        error: &ValidationError<'_>,
        instance: &str,
        context: &[Vec<ValidationError<'static>>],
    ) -> String {
        let Some(Json::List(schemas)) = self.keyword(error) else {
            return format!("{instance} is valid under more than one of the given schemas");
        };
        let holds = schemas.iter().zip(context).filter(|(_, errors)| errors.is_empty());
        let mut holds: Vec<String> = holds.map(|(schema, _)| literal(schema)).collect();
        if !holds.is_empty() {
            holds.rotate_left(1);
        }
        format!("{instance} is valid under each of {}", holds.join(", "))
    }
}

/// The keyword that is broken.
fn keyword<'e>(error: &'e ValidationError<'_>) -> &'e str {
    error.schema_path().as_str().rsplit('/').next().unwrap_or_default()
}

fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| legacy::repr(name)).collect()
}

/// `'a' was`, `'a', 'b' were`.
fn were(shown: &[String]) -> String {
    let verb = if shown.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", shown.join(", "))
}

fn additional_items(instance: &Value, limit: usize) -> String {
    let extra: Vec<String> = instance.as_array().into_iter().flatten().skip(limit).map(repr).collect();
    format!("Additional items are not allowed ({} unexpected)", were(&extra))
}

fn is_type(value: &Json, kind: &str) -> bool {
    match value {
        Json::Null => kind == "null",
        Json::Bool(_) => kind == "boolean",
        Json::Text(_) => kind == "string",
        Json::List(_) => kind == "array",
        Json::Object(_) => kind == "object",
        Json::Number(number) => {
            let whole = !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0);
            kind == "number" || (kind == "integer" && whole)
        }
    }
}

/// A value of which only the sorted form is known.
fn repr(value: &Value) -> String {
    match value {
        Value::Number(number) => literal_number(number),
        other => serde_json::from_value::<Json>(other.clone())
            .map_or_else(|_| other.to_string(), |value| literal(&value)),
    }
}
