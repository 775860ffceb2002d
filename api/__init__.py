"""The edges: HTTP and the command line. They parse, call and shape; they hold no SPARQL."""
