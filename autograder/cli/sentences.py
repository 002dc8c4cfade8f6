"""What the command line says of an error."""

from autograder.core.errors import ExplainedError


def sentence_of(error: Exception) -> str | None:
    """Return what to say of an error that is no fault of the engine's, or None."""
    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(error, ExplainedError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename} cannot be used: {error.strerror}. Make it readable and writable, "
            "see that the disk has room, and run the command again; what was graded is kept."
        )
    if isinstance(error, SQLAlchemyError):
        return (
            f"The gradebook cannot be used: {getattr(error, 'orig', None) or error}. See that its "
            "file and folder are writable and that no other program holds it, and run the command "
            "again; what was graded is kept."
        )
    return None
