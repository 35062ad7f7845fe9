//! Feature `testing`: a transport without a socket, whose responses the test sets up by operation.
//!
//! A test gives a client a [`MockTransport`], tells it which response each operation has, and reads the requests that the
//! client sent. Everything between the call and the socket is the code that runs in production: credentials, hooks, retries,
//! timeouts, decoding.
//!
//! A generated module has a value for each operation, in `ops`. [`Expectation::respond`] refuses a response that the
//! operation does not declare, so a test cannot pass with a response that the server never sends.
//! [`Expectation::respond_undeclared`] is for servers that do not follow their document.
//!
//! ```
//! # use openapi_smith_runtime::generated as rt;
//! # rt::client!(API);
//! # static API: rt::Api = rt::Api { schemes: &[], servers: &[] };
//! # impl Client {
//! #     fn list_pets(&self) -> openapi_smith_runtime::Call<Vec<String>> {
//! #         rt::call(&self.0, ops::LIST_PETS, rt::Request::to_path("/pets"), |response| match response.declared {
//! #             ("200", _) => response.success(rt::Response::json, rt::identity),
//! #             _ => response.undeclared(),
//! #         })
//! #     }
//! # }
//! # mod ops {
//! #     use super::rt;
//! #     pub static LIST_PETS: &rt::Operation = &rt::Operation {
//! #         id: "listPets", method: "GET", path: "/pets", server: None, accept: "application/json", security: &[],
//! #         schemes: "", responses: &[("200", "application/json")],
//! #     };
//! # }
//! use openapi_smith_runtime::testing::MockTransport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = MockTransport::new();
//! mock.on(ops::LIST_PETS).respond(200, &["Polly"])?;
//!
//! let client = Client::builder("http://pets.example").transport(mock.clone()).build()?;
//! assert_eq!(*client.list_pets().await?, ["Polly"]);
//!
//! let error = client.list_pets().await.unwrap_err();
//! assert_eq!(error.to_string(), "unexpected call of `listPets` (GET /pets): no response is left");
//! # Ok(())
//! # }
//! ```
//!
//! Uses `boxed`, `operation`, `response` and `transport`. Only the tests of users use it.

mod error;
mod mock;
mod recorded;
mod reply;
mod template;

pub use error::MockError;
pub use mock::{Expectation, MockTransport};
pub use recorded::RecordedRequest;
pub use reply::Reply;
