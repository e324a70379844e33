//! probe
fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap();
    let mut request = fwrap_core::Request { module: name, python: true, ..Default::default() };
    for path in args {
        let text = std::fs::read_to_string(&path).unwrap();
        if path.ends_with(".toml") { request.notes = Some(fwrap_core::source::SourceFile::new(path, text)); }
        else { request.sources.push(fwrap_core::source::SourceFile::new(path, text)); }
    }
    let g = fwrap_core::generate(request, &|_, _| None);
    eprintln!("{}", fwrap_core::diagnostic::to_human(&g.diagnostics, &g.sources, false));
    for p in &g.procedures { eprintln!("{} {:?} {:?}", p.name, p.rust, p.python); }
    if let Some(f) = g.files { println!("{}\n=====\n{}\n=====\n{}\n=====\n{}", f.rust, f.shim.unwrap_or_default(), f.glue.unwrap_or_default(), f.stub.unwrap_or_default()); }
}
