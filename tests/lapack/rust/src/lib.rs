//! LAPACK's `dgesv dgels dsyev dgesvd zheev dgetrf dgetri dpotrf` with a safe API.

fwrap::include_wrappers!("lapack8");
