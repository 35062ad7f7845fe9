//! Retries of reads, metrics by OpenTelemetry, and a `traceparent` in each request, by two hooks.
//!
//!     cargo run --example retries_and_metrics
//!
//! runs against a stand-in Ory in this process, whose first two responses are failures.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{AttemptEnded, AttemptStarted, Client, Hook, RetryPolicy};

/// Records the duration of each attempt, by OpenTelemetry's conventions for HTTP clients.
struct Metrics {
    duration: Histogram<f64>,
}

impl Hook for Metrics {
    fn after(&self, attempt: &AttemptEnded<'_>) {
        let operation = attempt.operation();
        let mut labels = vec![
            KeyValue::new("http.request.method", operation.method()),
            KeyValue::new("url.template", operation.path()),
        ];
        if let Some(status) = attempt.status() {
            labels.push(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        }
        if let Some(kind) = attempt.error() {
            labels.push(KeyValue::new("error.type", format!("{kind:?}")));
        }
        self.duration.record(attempt.duration().as_secs_f64(), &labels);
    }
}

/// Sends the current trace along (W3C Trace Context).
struct Tracing;

impl Hook for Tracing {
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        let mut headers = HashMap::new();
        TraceContextPropagator::new().inject_context(&Context::current(), &mut headers);
        for (name, value) in headers.into_iter().filter(|(_, value)| !value.is_empty()) {
            attempt.header(name, value);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A program sends both to its collector, by an exporter of OpenTelemetry.
    let exporter = InMemoryMetricExporter::default();
    let meters = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    let tracers = SdkTracerProvider::builder().build();
    let duration = meters.meter("shop").f64_histogram("http.client.request.duration").with_unit("s").build();

    let server = OryServer::start().await?;
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::status(503));
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::drop_connection());
    let policy = RetryPolicy::new().max_attempts(4).initial_backoff(Duration::from_millis(20));
    let ory = Client::builder(server.base_url()).retries(policy).hook(Metrics { duration }).hook(Tracing).build()?;

    let tracer = tracers.tracer("shop");
    let span = Context::current_with_span(tracer.start("login"));
    let trace = span.span().span_context().trace_id();
    let discovery = async { ory.discover().await }.with_context(span).await?;
    println!("issuer after {} attempts: {}", server.requests().len(), discovery.issuer());

    // Each attempt belongs to the trace.
    for request in server.requests() {
        let parent = request.header("traceparent").unwrap_or_default();
        if !parent.contains(&trace.to_string()) {
            return Err(format!("`{parent}` is not of the trace {trace}").into());
        }
        println!("traceparent: {parent}");
    }
    meters.force_flush()?;
    let mut attempts = 0;
    for metric in exporter.get_finished_metrics()?.iter().flat_map(|resource| resource.scope_metrics()) {
        for metric in metric.metrics() {
            let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else { continue };
            for point in histogram.data_points() {
                let labels: Vec<String> =
                    point.attributes().map(|label| format!("{}={}", label.key, label.value)).collect();
                println!("{} of {}: {}", metric.name(), labels.join(" "), point.count());
                attempts += point.count();
            }
        }
    }
    if attempts != 3 {
        return Err(format!("{attempts} attempts were measured, three were made").into());
    }
    Ok(())
}
