# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""Ultimate controllers as SQL, from the pairs that `duckdb_control` made.

For what the kinds mean see `ultimate_controllers`.

    top       y such that whoever controls y is controlled by y
    ring      the smallest id of those that a top and its mutual controllers are
    tops(y)   y itself and its controllers, as far as they are tops; never empty
"""

from kg.analytics.engines.duckdb_control import ControlInDuckDB


def find_ultimate(control: ControlInDuckDB) -> None:
    """Make `ultimate(company, controller, kind, certainty)`, a row for each top."""
    session, deciding = control.session, control.table.deciding
    run = session.run
    run(
        "CREATE TABLE below AS SELECT DISTINCT p.y AS id FROM certain p "
        "ANTI JOIN certain q ON q.x = p.y AND q.y = p.x"
    )
    run(
        "CREATE TABLE top AS SELECT y AS company, x AS top FROM certain "
        "WHERE x NOT IN (SELECT id FROM below) UNION ALL "
        "SELECT id, id FROM (SELECT owner AS id FROM "
        f"{deciding} UNION SELECT owned FROM {deciding}) WHERE id NOT IN (SELECT id FROM below)"
    )
    # Tops that control each other are above the very same companies: one ring, named by its least.
    run(
        "CREATE TABLE ring AS SELECT p.y AS id, least(p.y, min(p.x)) AS ring FROM certain p "
        "SEMI JOIN certain q ON q.x = p.y AND q.y = p.x GROUP BY p.y"
    )
    run(
        "CREATE TABLE above AS SELECT company, count(*) AS tops, "
        "count(DISTINCT coalesce(ring, top)) AS rings, bool_and(company = top) AS itself "
        "FROM top LEFT JOIN ring ON ring.id = top.top GROUP BY company"
    )
    _joint(control)
    run(
        "CREATE TABLE ultimate AS SELECT company, top AS controller, "
        "CASE WHEN tops = 1 THEN 'one' WHEN rings = 1 THEN 'loop' ELSE 'several' END AS kind, "
        "'certain' AS certainty FROM top JOIN above USING (company) WHERE NOT itself "
        "UNION ALL SELECT company, controller, 'joint', 'certain' FROM joint_top "
        "UNION ALL SELECT company, NULL, 'none', 'certain' FROM above WHERE itself "
        "AND company NOT IN (SELECT company FROM joint_top)"
    )
    if not control.exact:
        run(
            "INSERT INTO ultimate SELECT y, x, 'one', 'possible' FROM possible_held p "
            "WHERE x NOT IN (SELECT id FROM below) "
            "AND NOT EXISTS (FROM top t WHERE t.company = p.y AND t.top = p.x)"
        )
    run(f"DELETE FROM ultimate WHERE company NOT IN (SELECT owned FROM {deciding})")
    session.tell(f"ultimate controllers: {session.count('ultimate'):,} rows")


def _joint(control: ControlInDuckDB) -> None:
    """Make `joint_top`: who stands above two blocs of exactly half each, where nobody controls.

    A bloc is all holders with the same tops. Of a company's own votes nobody has any.
    """
    deciding, whole = control.table.deciding, control.table.whole
    own = "0"
    if control.table.votes:
        voted = "owned IN (SELECT owned FROM vote WHERE voted)"
        own = f"coalesce(sum(low) FILTER (owner = owned AND {voted}), 0)"
    control.session.run(
        f"CREATE TABLE half AS SELECT owned, {whole} - {own} AS voting FROM {deciding} "
        "SEMI JOIN (SELECT company AS owned FROM above WHERE itself) USING (owned) GROUP BY owned "
        f"HAVING bool_and(low = high) AND sum(low) FILTER (owner <> owned) = {whole} - {own}"
    )
    control.session.run(
        "CREATE TABLE bloc AS SELECT owned, tops, sum(low) AS parts, any_value(voting) AS voting "
        f"FROM (SELECT owned, owner, low, voting FROM {deciding} JOIN half USING (owned) "
        "WHERE owner <> owned AND low > 0) JOIN "
        "(SELECT company AS owner, list(top ORDER BY top) AS tops "
        f"FROM top WHERE company IN (SELECT owner FROM {deciding} JOIN half USING (owned)) "
        "GROUP BY company) USING (owner) GROUP BY owned, tops"
    )
    control.session.run(
        "CREATE TABLE joint_top AS SELECT DISTINCT owned AS company, unnest(tops) AS controller "
        "FROM bloc SEMI JOIN (SELECT owned FROM bloc GROUP BY owned HAVING count(*) = 2 "
        "AND bool_and(2 * parts = voting AND NOT list_contains(tops, owned))) USING (owned)"
    )
