//! Wraps the routines of the system's LAPACK after their sources, which FWRAP_CORPORA holds.

use std::path::PathBuf;

const ROUTINES: [&str; 8] = ["dgesv", "dgels", "dsyev", "dgesvd", "zheev", "dgetrf", "dgetri", "dpotrf"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-env-changed=FWRAP_CORPORA");
    let corpora = PathBuf::from(
        std::env::var_os("FWRAP_CORPORA").ok_or("set FWRAP_CORPORA to what tests/tools/fetch_corpora.sh prints")?,
    );
    let mut build = fwrap_build::Build::new();
    for routine in ROUTINES {
        build.link_only(corpora.join("lapack/SRC").join(format!("{routine}.f")));
    }
    build.notes("../fwrap.toml").link_lib("lapack").compile("lapack8")?;
    Ok(())
}
