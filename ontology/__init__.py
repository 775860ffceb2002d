"""The terms, code lists, shapes and rules as files; `kg.ontology` reads them."""
