//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb_a2aa6ca5;
pub mod con_;
pub mod core_;
pub mod etc_passwd;
pub mod fn_;
pub mod mcpgen_runtime_;
pub mod mod_;
pub mod models_01cd0fab;
pub mod models_1471d28b;
pub mod operations;
pub mod self_;
pub mod std_;
pub mod t_evil_x;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(etc_passwd::self_);
    server.tool(self_::crate_);
    server.resource(models_1471d28b::option_17245cb4);
    server.tool(models_1471d28b::option);
    server.tool(models_01cd0fab::request);
    server.tool(mod_::cargo_toml);
    server.tool(fn_::r#fn);
    server.resource(core_::get_pet_f1aaa93c);
    server.tool(mcpgen_runtime_::get_pet);
    server.tool(std_::get_pet_702e8b1c);
    server.tool(con_::aux);
    server.tool(operations::delete_c);
    server.tool(t_evil_x::a_evil_fn_main_7_7);
    server.tool(
        bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb_a2aa6ca5::aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_062df26e,
    );
}
