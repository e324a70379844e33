//! Compiles the Fortran kernels and writes their safe Rust API.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fwrap_build::Build::new().file("../julia/julia.f90").file("../diffusion/diffusion.f90").compile("kernels")?;
    Ok(())
}
