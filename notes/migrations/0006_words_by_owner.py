from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The beginning of a word leads a GIN index to all notes that have such words, whoever else is asked for: it collects them
# before it looks for the owner's. So two letters of the owner, as notes/searching/words.py has them, stand before each
# word; they part the index into 676 buckets. The whole owner would make the words of a long note too long for a tsvector.
# While a dump is restored no name is found without its schema: what is called here calls nothing of ours itself.
IN_BUCKET = """
    CREATE FUNCTION notes_in_bucket(words text, owner bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT replace(' ' || btrim(words), ' ', ' ' || chr(97 + mod(owner / 26, 26)::int) || chr(97 + mod(owner, 26)::int))
    $$
"""
DROP = "ALTER TABLE notes_note DROP COLUMN words"
COLUMN = """
    ALTER TABLE notes_note ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', notes_in_bucket(notes_words(title), owner_id)), 'A')
        || to_tsvector('simple', notes_in_bucket(notes_words(body), owner_id))
        || array_to_tsvector(ARRAY['#' || owner_id])
    ) STORED
"""
COLUMN_BEFORE = """
    ALTER TABLE notes_note ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', notes_words(title)), 'A')
        || to_tsvector('simple', notes_words(body))
        || array_to_tsvector(ARRAY['#' || owner_id])
    ) STORED
"""
INDEX = "CREATE INDEX note_words ON notes_note USING gin (words) WITH (fastupdate = off)"
ANALYZE = "ANALYZE notes_note"  # autovacuum sees no change in what was written anew


def put_into_buckets(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in (IN_BUCKET, DROP, COLUMN, INDEX, ANALYZE):
            schema_editor.execute(statement)


def take_out_of_buckets(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in (DROP, "DROP FUNCTION notes_in_bucket(text, bigint)", COLUMN_BEFORE, INDEX, ANALYZE):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("notes", "0005_note_version")]

    operations = [migrations.RunPython(put_into_buckets, take_out_of_buckets)]
