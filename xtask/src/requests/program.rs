//! Prints the program that makes the calls of a document: a function for each operation, which reads its arguments.

use std::fmt::Write as _;

use openapi_smith::{GeneratedArgument, GeneratedCredential, GeneratedOperation, GeneratedValue, Output};

const PROGRAM: &str = include_str!("program.rs.txt");

/// The program for a generated module, which is the root of the crate of this name.
pub fn program(crate_name: &str, output: &Output) -> String {
    let (mut functions, mut arms) = (String::new(), String::new());
    for (index, operation) in output.operations.iter().enumerate() {
        functions.push_str(&function(index, operation));
        let _ = writeln!(arms, "        {index} => Box::pin(call_{index}(client, arguments)).await,");
    }
    let mut credentials: String = output.credentials.iter().map(credential).collect();
    if output.operations.iter().any(|operation| operation.server.is_some()) {
        credentials.push_str(".with_one_server()");
    }
    PROGRAM
        .replace("{crate}", crate_name)
        .replace("{functions}", functions.trim_end())
        .replace("{arms}", arms.trim_end())
        .replace("{credentials}", &credentials)
}

fn credential(credential: &GeneratedCredential) -> String {
    let texts = vec!["\"credential\""; credential.texts];
    format!(".{}({})", credential.method, texts.join(", "))
}

fn function(index: usize, operation: &GeneratedOperation) -> String {
    let mut text = format!(
        "/// `{}`\nasync fn call_{index}(client: &Client, arguments: &Value) -> Result<Value, String> {{\n",
        operation.id.escape_default()
    );
    let mut passed = Vec::new();
    for (number, argument) in operation.arguments.iter().enumerate() {
        let value = value(&argument.value, "value");
        let key = &argument.name;
        let _ = if argument.required {
            writeln!(text, "    let value = given(arguments, {key:?})?;\n    let argument_{number} = {value};")
        } else {
            writeln!(
                text,
                "    let argument_{number} = match arguments.get({key:?}) {{ Some(value) => Some({value}), None => None }};"
            )
        };
        let lent = if argument.by_reference { "&" } else { "" };
        passed.push(format!("{lent}argument_{number}"));
    }
    let (method, passed) = (&operation.method, passed.join(", "));
    let _ = writeln!(text, "    Ok(result(client.{method}({passed}).await))\n}}\n");
    text
}

/// The expression that decodes the JSON value in the variable of this name.
fn value(value: &GeneratedValue, from: &str) -> String {
    match value {
        GeneratedValue::Json(rust) => format!("read::<{rust}>({from})?"),
        GeneratedValue::Text => format!("text({from})?"),
        GeneratedValue::Bytes => format!("text({from})?.into_bytes()"),
        GeneratedValue::File => format!("Part::text(text({from})?).file_name(\"file.txt\")"),
        GeneratedValue::Files => {
            format!("texts({from})?.into_iter().map(|text| Part::text(text).file_name(\"file.txt\")).collect()")
        }
        GeneratedValue::Struct { rust, fields } => made(rust, fields, from),
        GeneratedValue::Enum { rust, variants } => {
            let mut text = String::new();
            for variant in variants {
                let (name, inner) = (&variant.name, self::value(&variant.value, "value"));
                let _ = write!(text, "if let Some(value) = {from}.get({name:?}) {{ {rust}::{name}({inner}) }} else ");
            }
            format!("{text}{{ return Err(\"no variant is given\".to_owned()) }}")
        }
        // An unknown kind of value becomes code that does not compile and names the kind.
        other => format!("compile_error!({:?})", format!("{other:?}")),
    }
}

fn made(rust: &str, fields: &[GeneratedArgument], from: &str) -> String {
    let (required, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.required);
    let first = if required.is_empty() {
        format!("{rust}::default()")
    } else {
        let given = required.iter().map(|field| {
            let inner = value(&field.value, "value");
            format!("{{ let value = given({from}, {:?})?; {inner} }}", field.name)
        });
        format!("{rust}::new({})", given.collect::<Vec<_>>().join(", "))
    };
    let mut text = format!("{{ let mut made = {first};");
    for field in others {
        let (name, inner) = (&field.name, value(&field.value, "field"));
        let _ = write!(text, " if let Some(field) = {from}.get({name:?}) {{ made = made.{name}({inner}); }}");
    }
    text.push_str(" made }");
    text
}
