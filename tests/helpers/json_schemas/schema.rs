//! As much of JSON Schema as the schemas of `docs/schemas` use; a validator in full would bring sixty packages.

use serde_json::Value;

/// The document in `text`, which is what the schema of `helper` says.
#[track_caller]
pub fn fits(helper: &str, text: &str) -> Value {
    let document: Value =
        serde_json::from_str(text).unwrap_or_else(|why| panic!("{helper}: {why}: {text}"));
    let schema = of(helper);
    if let Some(why) = mismatch(&schema, &schema, &document) {
        panic!("{helper}: {why} in {document:#}");
    }
    document
}

/// The schema of a helper's report.
pub fn of(helper: &str) -> Value {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let text = std::fs::read_to_string(folder.join(format!("{helper}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Why `value` is not what `schema`, a part of `root`, says.
pub fn mismatch(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let keywords = schema.as_object().unwrap();
    keywords.iter().find_map(|(keyword, expected)| {
        let fits = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = expected.as_str().and_then(|it| it.strip_prefix('#'));
                return mismatch(root, root.pointer(pointer.unwrap()).unwrap(), value);
            }
            "oneOf" => {
                let found: Vec<Option<String>> = expected
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|schema| mismatch(root, schema, value))
                    .collect();
                let reasons: Vec<String> = found.iter().flatten().cloned().collect();
                let is_one = found.len() == reasons.len() + 1;
                return (!is_one).then(|| format!("none or several of: {}", reasons.join("; ")));
            }
            "type" => match expected {
                Value::Array(types) => types.iter().any(|it| has_type(value, it)),
                one => has_type(value, one),
            },
            "const" => value == expected,
            "enum" => expected.as_array().unwrap().contains(value),
            "minLength" => value
                .as_str()
                .is_none_or(|it| it.chars().count() as u64 >= expected.as_u64().unwrap()),
            "required" => {
                let mut names = expected.as_array().unwrap().iter();
                names.all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "items" => {
                let mut items = value.as_array().into_iter().flatten();
                return items.find_map(|item| mismatch(root, expected, item));
            }
            "properties" => {
                let mut properties = expected.as_object().unwrap().iter();
                return properties.find_map(|(name, schema)| {
                    let why = mismatch(root, schema, value.get(name)?)?;
                    Some(format!("{name}: {why}"))
                });
            }
            "additionalProperties" => {
                assert_eq!(expected, false, "only 'no others' is understood");
                let known = keywords["properties"].as_object().unwrap();
                let mut names = value.as_object().into_iter().flatten();
                let other = names.find(|(name, _)| !known.contains_key(*name));
                return other.map(|(name, _)| format!("{name} is not a property"));
            }
            other => panic!("the keyword '{other}' is not understood"),
        };
        (!fits).then(|| format!("{value} is not {keyword} {expected}"))
    })
}

fn has_type(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "integer" => value.is_u64() || value.is_i64(),
        "object" => value.is_object(),
        other => panic!("the type '{other}' is not understood"),
    }
}
