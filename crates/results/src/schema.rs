//! What documents of a format look like, as a JSON schema that a benchmark can be made with.

use serde_json::{Value, json};

use crate::Format;

impl Format {
    /// The JSON schema (draft 2020-12) that every document of this format keeps ([`Reading::document`](crate::Reading::document)).
    pub fn schema(self) -> Value {
        let name = self.name();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("Results of {name}"),
            "type": "object",
            "required": ["tool", "benchmarks", "source"],
            "properties": {
                "tool": {"const": name},
                "tool_version": {"type": "string"},
                "failed": {"type": "string", "description": "Why nothing of it is to be used."},
                "context": {"type": "object", "description": "What else the file says."},
                "benchmarks": {"type": "array", "items": {"$ref": "#/$defs/measured"}},
                "source": {
                    "type": "object",
                    "required": ["digest", "run"],
                    "properties": {
                        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                        "run": {"type": "integer", "minimum": 0},
                        "executed_from": {"enum": ["file", "given", "modified"]},
                    },
                    "additionalProperties": false,
                },
            },
            "additionalProperties": false,
            "$defs": {
                "measured": {
                    "type": "object",
                    "required": ["name", "metrics"],
                    "properties": {
                        "name": {"type": "string"},
                        "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
                        "failed": {"type": "string", "description": "Why its numbers are not to be used."},
                        "metrics": {"type": "object", "additionalProperties": {"$ref": "#/$defs/metric"}},
                    },
                    "additionalProperties": false,
                },
                "metric": {
                    "type": "object",
                    "required": ["value"],
                    "properties": {
                        "value": {"type": ["number", "null"], "description": "The median where the tool tells several."},
                        "unit": {"type": "string"},
                        "better": {"enum": ["lower", "higher"]},
                        "samples": {"type": "array", "items": {"type": "number"}},
                        "aggregates": {"type": "object", "additionalProperties": {"type": "number"}},
                    },
                    "additionalProperties": false,
                },
            },
        })
    }
}
