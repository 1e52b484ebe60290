import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The words of a text apart by spaces, as notes/searching/words.py has them: in small letters without accents, signs of
# scripts that set no spaces each for itself. It knows letters by ICU, since a database may have the locale “C”.
# Who changes type or collation of `title` or `body` drops the column first, and makes it anew.
WORDS = r"""
    CREATE FUNCTION notes_words(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length($1) = length($1)
            THEN lower(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g'))
            ELSE regexp_replace(
                regexp_replace(
                    lower(normalize(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]+', '', 'g'), NFC)
                        COLLATE "und-x-icu"),
                    '([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g'
                ),
                '[^[:alnum:]]+', ' ', 'g'
            )
        END
    $$
"""
# The owner is one of the words, so that one index holds both, without an extension; no other begins with a sign. The
# beginning of a word leads a GIN index to all notes that have such words, whoever else is asked for: it collects them
# before it looks for the owner's. So two letters of the owner, as notes/searching/words.py has them, stand before each
# word; they part the index into 676 buckets. The whole owner would make the words of a long note too long for a tsvector.
# While a dump is restored no name is found without its schema: what is called here calls nothing of ours itself.
IN_BUCKET = """
    CREATE FUNCTION notes_in_bucket(words text, owner bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT replace(' ' || btrim(words), ' ', ' ' || chr(97 + mod(owner / 26, 26)::int) || chr(97 + mod(owner, 26)::int))
    $$
"""
COLUMN = """
    ALTER TABLE notes_note ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', notes_in_bucket(notes_words(title), owner_id)), 'A')
        || to_tsvector('simple', notes_in_bucket(notes_words(body), owner_id))
        || array_to_tsvector(ARRAY['#' || owner_id])
    ) STORED
"""
# A list of entries still to be sorted in would be read from end to end by each search.
INDEX = "CREATE INDEX note_words ON notes_note USING gin (words) WITH (fastupdate = off)"
ANALYZE = "ANALYZE notes_note"  # autovacuum sees no change in what was written anew


def keep_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in (WORDS, IN_BUCKET, COLUMN, INDEX, ANALYZE):
            schema_editor.execute(statement)


def drop_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE notes_note DROP COLUMN words")
        schema_editor.execute("DROP FUNCTION notes_in_bucket(text, bigint)")
        schema_editor.execute("DROP FUNCTION notes_words(text)")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notes", "0003_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
                ("key", models.CharField(editable=False, max_length=150)),
                ("owner", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="tags", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "key"), name="tag_once"),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="tag_is_not_empty"),
                ],
            },
        ),
        migrations.AddField(
            model_name="note",
            name="tags",
            field=models.ManyToManyField(blank=True, editable=False, related_name="notes", to="notes.tag"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                models.F("owner"),
                models.OrderBy(
                    django.db.models.expressions.CombinedExpression(models.F("id"), "+", models.Value(0)),
                    descending=True,
                ),
                name="note_newest",
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="owner",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="notes", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(keep_words, drop_words),
    ]
