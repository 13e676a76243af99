//! The real binary, over stdio and HTTP, against an upstream that records.

mod bad_input;
mod calls;
mod catalog;
mod certificates;
mod command;
mod compiled;
mod completion;
mod credentials;
mod curl;
mod descriptions;
mod doors;
mod files;
mod http;
mod inbound;
mod inspect;
mod lifecycle;
mod limits;
mod mess;
mod oauth;
mod protocol;
mod readme;
mod reads;
mod secrets;
mod selection;
mod sending;
mod transports;
