//! Templates that override a template, and the script that builds by one.

pub mod edit_template;
pub mod generate_hardcore_user_data_script;
pub mod generate_override_template;
