"""The command line: `cims run`, `serve`, `migrate`, `doctor` and the operators' tools."""

import typer

from app.commands import (
    audit,
    checks,
    documents,
    keys,
    loading,
    loading_staff,
    schema,
    serving,
    staff,
    working,
)

app = typer.Typer(
    name="cims",
    help="Customer information management: the customer record one can trust.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("run")(serving.run)
app.command("serve")(serving.serve)
app.command("worker")(working.worker)
app.command("prepare", hidden=True)(serving.prepare)
app.command("migrate")(schema.migrate)
app.command("revision")(schema.revision)
app.command("check-schema")(schema.check_schema)
app.command("doctor")(checks.doctor)
app.command("docs")(documents.docs)
app.command("create-admin")(staff.create_admin)
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
loading.app.command("staff")(loading_staff.staff)
loading.app.command("departments")(loading_staff.departments)
app.add_typer(loading.app, name="load")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
