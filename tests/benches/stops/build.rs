//! Wraps the procedures that are measured.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fwrap_build::Build::new().file("stopping.f90").compile("stopping")?;
    Ok(())
}
