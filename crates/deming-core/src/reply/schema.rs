//! The JSON Schema that reviewers are asked to answer in. Reading is more
//! tolerant than this and lives elsewhere.

/// Sent as it stands by every reviewer that can ask for structured output.
///
/// It keeps to the strict subset of structured outputs: the root is an object,
/// every object is closed, every property is required, no length or pattern.
/// What the properties mean stands in the instructions, once.
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["verdict", "findings", "prior"],
  "properties": {
    "verdict": {
      "type": "string",
      "enum": ["approve", "revise"]
    },
    "findings": {
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["level", "text"],
        "properties": {
          "level": { "type": "string", "enum": ["high", "medium", "low", "nitpick"] },
          "text": { "type": "string" }
        }
      }
    },
    "prior": {
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "status", "note"],
        "properties": {
          "id": { "type": "string" },
          "status": { "type": "string", "enum": ["fixed", "not_fixed", "withdrawn"] },
          "note": { "type": "string" }
        }
      }
    }
  }
}
"#;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::SCHEMA;

    const LEVELS: usize = 4;
    const PROPERTIES: usize = 50;

    /// Walks the schema and returns how many properties it has.
    #[track_caller]
    fn check(schema: &Value, level: usize) -> usize {
        assert!(level <= LEVELS, "nested deeper than {LEVELS} levels");
        for key in schema.as_object().unwrap().keys() {
            let known = [
                "type",
                "enum",
                "description",
                "items",
                "properties",
                "required",
                "additionalProperties",
            ];
            assert!(known.contains(&key.as_str()), "`{key}` is outside the strict subset");
        }
        match schema["type"].as_str().unwrap() {
            "object" => {
                assert_eq!(schema["additionalProperties"], Value::Bool(false));
                let properties = schema["properties"].as_object().unwrap();
                let mut required: Vec<_> = schema["required"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it.as_str().unwrap())
                    .collect();
                let mut names: Vec<_> = properties.keys().map(String::as_str).collect();
                required.sort_unstable();
                names.sort_unstable();
                assert_eq!(required, names);
                properties.len() + properties.values().map(|it| check(it, level + 1)).sum::<usize>()
            }
            "array" => check(&schema["items"], level + 1),
            other => {
                assert_eq!(other, "string");
                0
            }
        }
    }

    #[test]
    fn schema_keeps_to_the_strict_subset() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        assert_eq!(schema["type"], "object");
        assert!(check(&schema, 1) < PROPERTIES);
    }
}
