from pathlib import Path

import pytest

from kg.errors import SettingError
from kg.settings import ModelServer, Remote, Settings, read_settings


def test_without_any_variable_everything_has_a_default():
    assert read_settings({}) == Settings()
    assert read_settings({}).store is None
    assert read_settings({}).host == "127.0.0.1"


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("KEIRETSU_STORE", "memory:", "store", None),
        ("KEIRETSU_STORE", "", "store", None),
        ("KEIRETSU_STORE", "some/folder", "store", Path("some/folder")),
        ("KEIRETSU_DATA", "", "data", None),
        ("KEIRETSU_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("KEIRETSU_PORT", "80", "port", 80),
        ("KEIRETSU_PORT", "", "port", 8000),
        ("KEIRETSU_QUERY_SECONDS", "0.5", "query_seconds", 0.5),
        ("KEIRETSU_QUERY_MB", "200", "query_mb", 200),
        ("KEIRETSU_ANSWER_MB", "1", "answer_mb", 1),
        ("KEIRETSU_UPLOAD_MB", "5", "upload_mb", 5),
        ("KEIRETSU_TOKEN", "", "token", ""),
        ("KEIRETSU_TOKEN", "abc.DEF_0123-456~+/==", "token", "abc.DEF_0123-456~+/=="),
    ],
    ids=[
        "store in memory",
        "store empty",
        "store in a folder",
        "data empty",
        "host",
        "port",
        "port empty",
        "seconds",
        "memory",
        "answer",
        "upload",
        "token empty",
        "token",
    ],
)
def test_a_variable_sets_its_field(variable, text, field, value):
    assert getattr(read_settings({variable: text}), field) == value


def test_a_remote_store_is_told_with_all_that_it_needs():
    environment = {
        "KEIRETSU_STORE": "https://graph.example/sparql",
        "KEIRETSU_STORE_UPDATE": "https://graph.example/update",
        "KEIRETSU_STORE_USER": "reader",
        "KEIRETSU_STORE_PASSWORD": "not to be shown",
        "KEIRETSU_STORE_TOKEN": "nor-this-0123456789",
        "KEIRETSU_STORE_SECONDS": "5",
    }
    store = read_settings(environment).store
    assert store == Remote(
        url="https://graph.example/sparql",
        update="https://graph.example/update",
        user="reader",
        password="not to be shown",
        token="nor-this-0123456789",
        seconds=5,
    )
    assert "not to be shown" not in repr(store)
    assert "nor-this-0123456789" not in repr(store)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("KEIRETSU_STORE_TOKEN", "two secrets"),
        ("KEIRETSU_STORE_UPDATE", "http://me:secret@host/update"),
        ("KEIRETSU_STORE", "http://me:secret@host/sparql"),
    ],
)
def test_a_message_never_repeats_a_secret(variable, text):
    with pytest.raises(SettingError) as refused:
        read_settings({"KEIRETSU_STORE": "http://host/sparql", variable: text})
    assert "secret" not in str(refused.value)


def test_data_are_taken_from_a_folder_that_is_there(tmp_path):
    assert read_settings({"KEIRETSU_DATA": str(tmp_path)}).data == tmp_path


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("KEIRETSU_STORE", "http://", "is no http address such as"),
        ("KEIRETSU_STORE", "http://host:port/sparql", "is no http address such as"),
        ("KEIRETSU_STORE", "http://host/a path", "is no http address such as"),
        ("KEIRETSU_STORE", "ftp://host/sparql", "begins with neither http nor https"),
        ("KEIRETSU_STORE", "http://me:secret@host/sparql", "holds a user name or password"),
        ("KEIRETSU_STORE", "http://host/sparql?graph=x", r"has a \? or # in it"),
        ("KEIRETSU_DATA", "no/such/folder", "no/such/folder is not a folder"),
        ("KEIRETSU_PORT", "eighty", "'eighty' is not a number"),
        ("KEIRETSU_PORT", "0", "0 is not between 0 and 65535"),
        ("KEIRETSU_PORT", "70000", "70000 is not between 0 and 65535"),
        ("KEIRETSU_PORT", "80.5", "80.5 is not a whole number"),
        ("KEIRETSU_QUERY_SECONDS", "-1", "-1 is not between 0 and 3600"),
        ("KEIRETSU_QUERY_SECONDS", "nan", "nan is not between 0 and 3600"),
        ("KEIRETSU_QUERY_SECONDS", "inf", "inf is not between 0 and 3600"),
        ("KEIRETSU_QUERY_MB", "0.5", "0.5 is not a whole number"),
        ("KEIRETSU_QUERY_MB", "1GB", "'1GB' is not a number"),
        ("KEIRETSU_ANSWER_MB", "none", "'none' is not a number"),
    ],
    ids=[
        "endpoint without a host",
        "endpoint without a port",
        "endpoint with a space",
        "endpoint of another kind",
        "endpoint with a password",
        "endpoint with a query",
        "no such folder",
        "port in words",
        "port nought",
        "port too large",
        "half a port",
        "negative time",
        "no time",
        "endless",
        "half a megabyte",
        "with unit",
        "answer in words",
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(variable, text, problem):
    with pytest.raises(SettingError, match=problem) as refused:
        read_settings({variable: text})
    assert refused.value.variable == variable
    assert str(refused.value).startswith(f"{variable}: ")


def test_settings_never_change():
    with pytest.raises(AttributeError):
        Settings().port = 1


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "fifteen-letters",
        "with a space in it",
        "h\xe9h\xe9h\xe9h\xe9h\xe9h\xe9h\xe9h\xe9h\xe9",
    ],
)
def test_a_token_that_is_too_weak_or_cannot_be_sent_is_refused_and_not_repeated(text):
    with pytest.raises(SettingError, match="KEIRETSU_TOKEN") as refused:
        read_settings({"KEIRETSU_TOKEN": text})
    assert text not in str(refused.value)


def test_a_token_is_not_shown_with_the_settings():
    assert "secret-enough-to-use" not in repr(
        read_settings({"KEIRETSU_TOKEN": "secret-enough-to-use"})
    )


def test_a_model_is_asked_only_where_its_server_is_set():
    assert read_settings({"KEIRETSU_MODEL": "small"}).model is None
    environment = {
        "KEIRETSU_MODEL_URL": "http://localhost:11434/v1",
        "KEIRETSU_MODEL": "small",
        "KEIRETSU_MODEL_TOKEN": "not-to-be-shown-0123",
        "KEIRETSU_MODEL_SECONDS": "2",
    }
    model = read_settings(environment).model
    assert model == ModelServer(
        url="http://localhost:11434/v1", model="small", token="not-to-be-shown-0123", seconds=2
    )
    assert "not-to-be-shown" not in repr(model)


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"KEIRETSU_MODEL_URL": "http://localhost/v1"}, "KEIRETSU_MODEL: is needed"),
        ({"KEIRETSU_MODEL_URL": "file:///etc"}, "is no http address"),
        ({"KEIRETSU_LEXICON": "nowhere.toml"}, "nowhere.toml is not a file"),
    ],
    ids=["no model", "no address", "no lexicon"],
)
def test_what_sentences_need_is_checked_at_the_start(environment, problem):
    with pytest.raises(SettingError, match=problem):
        read_settings(environment)
