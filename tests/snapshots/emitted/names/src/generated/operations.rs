//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /users/{id}/posts`
    pub struct GetUsersByIdPosts {
        pub id: String,
    }
}

impl Operation for GetUsersByIdPosts {
    const COMPONENT: &str = include_str!("../../schemas/get_users_by_id_posts.json");

    fn request(&self) -> Request {
        Request::get("/users/{id}/posts")
            .path("id", &self.id, Style::Simple)
            .accept("*/*")
    }
}

model! {
    /// `POST /dots`
    pub struct PetsListAll {}
}

impl Operation for PetsListAll {
    const COMPONENT: &str = include_str!("../../schemas/pets_list_all.json");

    fn request(&self) -> Request {
        Request::post("/dots").accept("*/*")
    }
}

model! {
    /// `POST /twice`
    pub struct TwiceF2be3d0e {}
}

impl Operation for TwiceF2be3d0e {
    const COMPONENT: &str = include_str!("../../schemas/twice_f2be3d0e.json");

    fn request(&self) -> Request {
        Request::post("/twice").accept("*/*")
    }
}

model! {
    /// `POST /again`
    pub struct Twice423b6b06 {}
}

impl Operation for Twice423b6b06 {
    const COMPONENT: &str = include_str!("../../schemas/twice_423b6b06.json");

    fn request(&self) -> Request {
        Request::post("/again").accept("*/*")
    }
}

model! {
    /// `POST /script`
    pub struct GuKeYiLan {}
}

impl Operation for GuKeYiLan {
    const COMPONENT: &str = include_str!("../../schemas/gu_ke_yi_lan.json");

    fn request(&self) -> Request {
        Request::post("/script").accept("*/*")
    }
}

model! {
    /// `POST /long`
    pub struct ThisOperationHasANameThatIsSoLongThatNoClien090efaf4 {}
}

impl Operation for ThisOperationHasANameThatIsSoLongThatNoClien090efaf4 {
    const COMPONENT: &str = include_str!(
        "../../schemas/this_operation_has_a_name_that_is_so_long_that_no_clien_090efaf4.json",
    );

    fn request(&self) -> Request {
        Request::post("/long").accept("*/*")
    }
}

model! {
    /// `POST /content`
    pub struct FooBarGet {}
}

impl Operation for FooBarGet {
    const COMPONENT: &str = include_str!("../../schemas/foo_bar_get.json");

    fn request(&self) -> Request {
        Request::post("/content").accept("*/*")
    }
}
