"""Moodle's worksheet and its zip of feedback files."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.moodle import feedback_zip, participant, worksheet
from autograder.lms.sheets import SheetError
from tests.lms.making import moodle_row, record, task
from tests.lms.making import worksheet as made

NAMES = [
    "Alice Adams", "Carol O'Neil, PhD", 'Bob ""Bobby"" B', "_under_score_", "😀 Emoji", "عَلِي",
    "=cmd|' /C calc'!A0", "-1", "ＦＵＬＬ", "\u200fשלום",
]  # fmt: skip


def cells(content: bytes) -> list[dict[str, str]]:
    """As Moodle reads it: UTF-8, comma."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_grade_and_comment_are_filled_and_nothing_else_changes():
    content = made(*(moodle_row(3 + at, name, f"s{at}@example.invalid")
                     for at, name in enumerate(NAMES)))  # fmt: skip
    records = [record(f"s{at}@example.invalid", score=15.0) for at in range(len(NAMES))]
    exported = worksheet(content, records)
    lines, before = exported.content.splitlines(), content.splitlines()
    assert lines[0] == before[0]
    assert exported.grades == exported.comments == len(NAMES)
    assert exported.attention == []
    for line, old, found in zip(lines[1:], before[1:], cells(exported.content), strict=True):
        head, tail = old.split(b",,100.00,", 1)[0], b",100.00,Yes,-,-,"
        assert line.startswith(head + b",75" + tail)
        assert found["Grade"] == "75"
        assert found["Feedback comments"].startswith("<p><strong>Score: 15 of 20</strong></p>")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_mark_stay(end: str):
    content = made(moodle_row(1, "A", "a@x.y"), moodle_row(2, "B", "b@x.y"), end=end)
    exported = worksheet(content, [record("a@x.y")])
    assert exported.content.startswith(b"\xef\xbb\xbfIdentifier,")
    assert exported.content.count(end.encode()) == content.count(end.encode())
    assert exported.content.endswith(moodle_row(2, "B", "b@x.y").encode() + end.encode())


@given(st.lists(st.floats(0, 20), min_size=1, max_size=5))
def test_grades_are_scaled_to_the_sheets_maximum_with_a_point(scores: list[float]):
    rows = [moodle_row(at, "A", f"s{at}@x.y") for at in range(len(scores))]
    records = [record(f"s{at}@x.y", score=score) for at, score in enumerate(scores)]
    found = cells(worksheet(made(*rows), records).content)
    for row, score in zip(found, scores, strict=True):
        assert abs(float(row["Grade"]) - score * 5) <= 0.00501
        assert 0 <= float(row["Grade"]) <= 100


def test_more_than_the_maximum_is_the_maximum():
    exported = worksheet(made(moodle_row(1, "A", "a@x.y")), [record("a@x.y", score=25.0)])
    assert cells(exported.content)[0]["Grade"] == "100"


def test_a_missing_score_is_no_zero_and_is_listed():
    content = made(moodle_row(1, "A", "a@x.y", grade="55.00"))
    exported = worksheet(content, [record("a@x.y", score=None)])
    assert cells(exported.content)[0]["Grade"] == "55.00"
    assert "none yet" in cells(exported.content)[0]["Feedback comments"]
    assert exported.attention == [line for line in exported.attention if "no score yet" in line]
    assert len(exported.attention) == 1


def test_a_student_without_a_row_is_listed():
    exported = worksheet(made(moodle_row(1, "A", "a@x.y")), [record("a@x.y"), record("zoe")])
    assert len(exported.attention) == 1
    assert exported.attention[0].startswith("zoe: no row of the worksheet is this student's")


def test_a_row_without_a_result_stays_byte_for_byte_and_is_named():
    content = made(moodle_row(1, "A", "a@x.y"), moodle_row(2, "B", "b@x.y", grade="7.00"))
    exported = worksheet(content, [record("a@x.y")])
    assert exported.content.splitlines()[2] == content.splitlines()[2]
    assert "b@x.y" in exported.notes[0]


def test_a_row_whose_comment_an_upload_would_flatten_is_left_out():
    rows = [moodle_row(1, "A", "a@x.y"), moodle_row(2, "B", "b@x.y", comment='"Well done, B"')]
    exported = worksheet(made(*rows), [record("a@x.y")])
    assert [row["Email address"] for row in cells(exported.content)] == ["a@x.y"]
    assert "Left out of the file" in exported.notes[1]
    assert "b@x.y" in exported.notes[1]


def test_a_hostile_message_reaches_nobody():
    message = '"><script>alert(1)</script>\n=HYPERLINK("x")'
    content = made(moodle_row(1, "A", "a@x.y"))
    exported = worksheet(content, [record("a@x.y", tasks=(task(message=message),))])
    comment = cells(exported.content)[0]["Feedback comments"]
    assert "<script" not in comment
    assert comment.startswith("<p>")
    assert len(exported.content.splitlines()) == 2


def test_names_never_match():
    content = made(moodle_row(1, "zoe", "a@x.y"))
    assert worksheet(content, [record("zoe", lms={"name": "zoe"})]).grades == 0


def test_the_address_is_compared_without_case():
    assert worksheet(made(moodle_row(1, "A", "Ada@X.y")), [record("ada@x.Y")]).grades == 1


def test_the_participant_number_that_collect_noted_matches():
    content = made(moodle_row(1, "A", "a@x.y"), moodle_row(11, "B", "b@x.y"))
    exported = worksheet(content, [record("ada", lms={"moodle_participant": "11"})])
    assert [row["Grade"] for row in cells(exported.content)] == ["", "75"]


@pytest.mark.parametrize(
    ("header", "grade", "comments"),
    [
        ("ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
         "Bewertung kann geändert werden,Zuletzt geändert (Bewertung),Feedback als Kommentar",
         "Bewertung", "Feedback als Kommentar"),
        ("Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,"
         "La note peut être modifiée,Dernière modification (note),Feedback par commentaires",
         "Note", "Feedback par commentaires"),
        ("Identificador,Nombre completo,Dirección de correo,Estado,Calificación,"
         "Calificación máxima,La calificación puede ser cambiada,"
         "Última modificación (calificación),"
         "Comentarios de retroalimentación", "Calificación", "Comentarios de retroalimentación"),
        ("Identificador,Nome completo,Endereço,Status,Nota,Nota máxima,Nota pode ser alterada,"
         "Última modificação (nota),Comentários de feedback", "Nota", "Comentários de feedback"),
    ],
)  # fmt: skip
def test_moodle_may_speak_another_language(header: str, grade: str, comments: str):
    content = f'{header}\nTeilnehmer/in 3,A,a@x.y,-,,"50,00",Ja,-,\n'.encode()
    (row,) = cells(worksheet(content, [record("a@x.y")]).content)
    assert row[grade] == "37.5"
    assert row[comments].startswith("<p>")


UNKNOWN = (
    "Tunnus,Nimi,Sähköposti,Tila,Arvosana,Enimmäisarvosana,Voi muuttaa,"
    "Muokattu (arvosana),Palaute\n"
    'Osallistuja 3,A,a@x.y,-,"7,00","100,00",Kyllä,-,\n'
    'Osallistuja 4,B,b@x.y,-,,"100,00",Kyllä,-,\n'
)


def test_an_unknown_heading_of_comments_is_asked_for():
    with pytest.raises(SheetError, match="--comment-column"):
        worksheet(UNKNOWN.encode(), [record("a@x.y")])
    records = [record("a@x.y"), record("b", lms={"moodle_participant": "4"})]
    exported = worksheet(UNKNOWN.encode(), records, comment_column="Palaute")
    assert [row["Arvosana"] for row in cells(exported.content)] == ["75", "75"]
    assert [row["Palaute"][:3] for row in cells(exported.content)] == ["<p>", "<p>"]


def test_a_scale_is_refused():
    sheet = "ID,Bewertung,Skala,Zuletzt geändert (Bewertung),Feedback als Kommentar\n"
    sheet += "Teilnehmer/in1327670,4,nicht bestanden,,\n"
    with pytest.raises(SheetError, match="of the type “Point”"):
        worksheet(sheet.encode(), [record()])


def test_a_sheet_without_a_column_of_comments_gets_grades_alone():
    head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed"
    content = f"{head},Last modified (grade)\nParticipant 1,A,a@x.y,-,,10.00,Yes,-\n".encode()
    exported = worksheet(content, [record("a@x.y")])
    assert (exported.grades, exported.comments) == (1, 0)


def test_another_table_is_refused():
    with pytest.raises(SheetError, match="no grading worksheet of Moodle"):
        worksheet(b"Student,ID,Section\nA,1,x\n", [record()])


def test_a_row_without_a_maximum_keeps_its_grade():
    content = made(moodle_row(1, "A", "a@x.y").replace("100.00", ""))
    exported = worksheet(content, [record("a@x.y")])
    assert cells(exported.content)[0]["Grade"] == ""
    assert "names no maximum grade" in exported.attention[0]


def test_a_short_row_is_refused():
    content = made('"Participant 1",A,a@x.y')
    with pytest.raises(SheetError, match="row 2"):
        worksheet(content, [record("a@x.y")])


@pytest.mark.parametrize(
    ("text", "number"),
    [("Participant 3", "3"), ("Participant3", "3"), ("参加者 12", "12"), ("Ada", None), ("", None)],
)
def test_a_participant_has_a_number(text: str, number: str | None):
    assert participant(text) == number


def zipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_names_each_page_by_its_number():
    records = [record("_a_", lms={"moodle_participant": "3"}), record("عَلِي😀",
               lms={"moodle_participant": "12"})]  # fmt: skip
    exported = feedback_zip({"_a_": b"<p>1", "عَلِي😀": b"<p>2"}, records)
    assert zipped(exported.content) == {
        "p_3_assignfeedback_file/feedback.html": b"<p>1",
        "p_12_assignfeedback_file/feedback.html": b"<p>2",
    }
    assert exported.notes == ["Moodle has to report: Feedback files added: 2."]
    assert exported.attention == []


def test_the_numbers_may_come_from_the_sheet():
    content = made(moodle_row(5, "A", "a@x.y"))
    exported = feedback_zip({"a@x.y": b"x"}, [record("a@x.y")], sheet=content)
    assert list(zipped(exported.content)) == ["p_5_assignfeedback_file/feedback.html"]


def test_who_has_no_number_or_no_page_is_listed():
    records = [record("ada"), record("bo", lms={"moodle_participant": "1"})]
    exported = feedback_zip({"ada": b"x"}, records)
    assert zipped(exported.content) == {}
    assert [line.split(":")[0] for line in exported.attention] == ["ada", "bo"]


def test_the_same_pages_give_the_same_bytes():
    records = [record("ada", lms={"moodle_participant": "3"})]
    one, other = (feedback_zip({"ada": b"x"}, records).content for _ in range(2))
    assert one == other
