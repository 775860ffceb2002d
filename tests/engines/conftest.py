"""One Spark session for the whole run: it takes longer to start than all its tests to run."""

import shutil
import warnings

import pytest

# Compiling Java for each step takes most of the time where tables are small.
QUICK = {
    "spark_sql_shuffle_partitions": "2",
    "spark_sql_adaptive_enabled": "false",
    "spark_sql_codegen_wholeStage": "false",
    "spark_sql_codegen_factoryMode": "NO_CODEGEN",
}


def pytest_collection_modifyitems(config, items):
    if "spark" in (config.option.markexpr or ""):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(
                pytest.mark.skip(reason="starts a JVM, a minute or two: pytest -m spark")
            )


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    pytest.importorskip("pyspark", reason="the Spark engine needs the extra 'spark'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on the PATH")
    from kg.analytics.engines.spark_table import session

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = session("local[2]", "1g", **QUICK)
    yield made
    made.stop()


@pytest.fixture
def many_tables():
    """Return one table of many small cyclic networks: dirty, with own shares and exact halves."""
    import random

    dice = random.Random(5)
    rows = ["owner,owned,share"]
    for network in range(60):
        for company in range(7):
            left, dirty = 100, dice.random() < 0.1
            for owner in dice.sample(range(7), dice.randint(0, 4)):
                share = dice.choice([5, 20, 26, 30, 49, 50, 51, 60, 100])
                share = share if dirty else min(share, left)
                left -= share
                if share > 0:
                    rows.append(f"{network}-{owner},{network}-{company},{share}%")
    return "\n".join(rows)
