//! Which optional pieces of the support code does the output need? What is not needed is not printed.

use super::outcomes::{Outcome, Payload};
use crate::ir::{
    AdditionalMembers, Api, Field, FormMember, Kind, MediaType, ParameterLocation, SchemeKind, StringKind, Type,
};

/// The pieces of support code that are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// A `Secret`: some member, parameter or credential is one.
    pub secrets: bool,
    /// Some schema has a secret, and not only an operation.
    pub secret_types: bool,
    /// Some operation takes a credential.
    pub credentials: bool,
    /// Some credential is a name and a password.
    pub basic: bool,
    /// Some credential is a key, or else a text whose form the generator does not know.
    pub keys: bool,
    /// Some credential is sent as `Authorization` with a scheme that the generator does not know.
    pub authorizations: bool,
    /// Some operation has a server of its own.
    pub servers: bool,
    /// Some body is `multipart/form-data`.
    pub multipart: bool,
    /// Some answer can be read while it comes.
    pub streams: bool,
    /// Some form has members that are written in their own way.
    pub form_members: bool,
    /// Some operation has a body.
    pub bodies: bool,
    /// Some operation has query parameters.
    pub queries: bool,
    /// Some operation has path parameters.
    pub path_parameters: bool,
    /// Some operation has header or cookie parameters.
    pub header_parameters: bool,
    /// Some answer is text.
    pub texts: bool,
    /// Some answer is bytes.
    pub bytes: bool,
    /// Some member is both optional and nullable.
    pub optional_nullables: bool,
    /// Some union is decided by required members.
    pub unions: bool,
    /// Some enumeration is open.
    pub enumerations: bool,
}

pub(super) fn uses(api: &Api, outcomes: &[Outcome]) -> Uses {
    let mut uses = Uses {
        credentials: !api.schemes.is_empty(),
        secrets: !api.schemes.is_empty(),
        basic: api.schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::Basic)),
        keys: api.schemes.iter().any(|scheme| !matches!(scheme.kind, SchemeKind::Bearer | SchemeKind::Basic)),
        authorizations: api.schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::Authorization(_))),
        servers: api.operations.iter().any(|operation| operation.server.is_some()),
        streams: api.operations.iter().any(|operation| operation.stream.is_some()),
        bodies: api.operations.iter().any(|operation| operation.body.is_some()),
        ..Uses::default()
    };
    for content in api.operations.iter().flat_map(|operation| &operation.body).flat_map(|body| &body.contents) {
        uses.secrets |= content.ty.as_ref().is_some_and(is_secret);
        uses.multipart |= content.media == MediaType::Multipart;
        uses.form_members |= content.media == MediaType::Form && content.members.iter().any(FormMember::is_special);
    }
    for parameter in api.operations.iter().flat_map(|operation| &operation.parameters) {
        uses.secrets |= is_secret(&parameter.ty);
        match parameter.location {
            ParameterLocation::Path => uses.path_parameters = true,
            ParameterLocation::Query => uses.queries = true,
            ParameterLocation::Header | ParameterLocation::Cookie => uses.header_parameters = true,
        }
    }
    let headers = api.operations.iter().flat_map(|operation| &operation.headers);
    uses.secrets |= headers.map(|header| &header.ty).any(is_secret);
    uses.queries |= api.schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::ApiKeyQuery(_)));
    for case in outcomes.iter().flat_map(|outcome| outcome.success.cases.iter().chain(&outcome.failure.cases)) {
        uses.texts |= case.payload == Payload::Text;
        uses.bytes |= case.payload == Payload::Bytes;
        if let Payload::Json(ty) = &case.payload {
            uses.secrets |= is_secret(ty);
        }
    }
    for def in &api.types {
        match &def.kind {
            Kind::Struct(object) => {
                uses.secret_types |= object.fields.iter().any(|field| is_secret(&field.ty));
                uses.optional_nullables |= object.fields.iter().any(is_optional_nullable);
                if let AdditionalMembers::Kept { ty, .. } = &object.additional {
                    uses.secret_types |= is_secret(ty);
                }
            }
            Kind::Union(union) => {
                uses.unions = true;
                uses.secret_types |= union.branches.iter().any(|branch| is_secret(&branch.ty));
            }
            Kind::Alias(ty) => uses.secret_types |= is_secret(ty),
            Kind::Enumeration(_) => uses.enumerations = true,
        }
    }
    uses.secrets |= uses.secret_types;
    uses
}

fn is_optional_nullable(field: &Field) -> bool {
    !field.required && matches!(field.ty, Type::Nullable(_))
}

fn is_secret(ty: &Type) -> bool {
    match ty {
        Type::String(kind) => *kind == StringKind::Secret,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => is_secret(inner),
        Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::Named(_) | Type::Foreign(_) => false,
    }
}
