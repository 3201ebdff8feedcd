"""The schema: from empty to the models and back, and nothing works on another one."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from cases.store import migrate
from cases.store.session import Database
from cases.store.tables.all import metadata
from cases.vocabulary.errors import StoreUnavailable


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_upgraded_from_empty_it_is_what_the_models_say(database_url: str) -> None:
    migrate.upgrade(database_url)
    database = Database(database_url)
    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_object": migrate.is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert tables(database) == set(metadata.tables)
    database.close()


def test_upgrading_again_changes_nothing(migrated: Database) -> None:
    before = tables(migrated)
    migrate.upgrade(migrated.engine.url.render_as_string(hide_password=False))
    assert tables(migrated) == before
    migrate.require_newest(migrated)


def test_downgraded_nothing_of_ours_is_left_and_it_can_be_upgraded_again(
    migrated: Database,
) -> None:
    with migrated.engine.connect() as connection:
        command.downgrade(migrate.config(connection), "base")
        connection.commit()
    assert tables(migrated) == set()
    migrate.upgrade(migrated.engine.url.render_as_string(hide_password=False))
    migrate.require_newest(migrated)
    assert tables(migrated) == set(metadata.tables)


def test_tables_of_another_program_in_the_same_database_are_left_alone(
    migrated: Database,
) -> None:
    with migrated.engine.connect() as connection:
        connection.execute(text("CREATE TABLE flow_run (id INTEGER PRIMARY KEY)"))
        connection.commit()
        options = {"compare_type": True, "include_object": migrate.is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


class TestRequireNewest:
    def test_an_empty_database_is_refused(self, database_url: str) -> None:
        database = Database(database_url)
        with pytest.raises(StoreUnavailable, match="has schema none, this version needs"):
            migrate.require_newest(database)
        database.close()

    @pytest.mark.parametrize("held", ["0000", "9999"], ids=["an older one", "a newer one"])
    def test_another_schema_is_refused_and_named(self, migrated: Database, held: str) -> None:
        with migrated.engine.connect() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{held}'"))
            connection.commit()
        with pytest.raises(StoreUnavailable, match=f"has schema {held}.*hancha migrate"):
            migrate.require_newest(migrated)
