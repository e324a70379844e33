//! Wraps the fixture `states`; FWRAP_SANITIZE=1 compiles it so that ThreadSanitizer sees what Fortran does.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-env-changed=FWRAP_SANITIZE");
    let mut build = fwrap_build::Build::new();
    build.file("../../fixtures/states/states.f90").file("../../fixtures/states/states_old.f");
    if std::env::var_os("FWRAP_SANITIZE").is_some() {
        build.flag("-fsanitize=thread");
    }
    build.compile("states")?;
    Ok(())
}
