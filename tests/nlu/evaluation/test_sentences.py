import pytest

from nlu.evaluation.sentences import EvaluationError, Sentence, read_sentences

EXPECTED = [Sentence("greet", "hallo, daar"), Sentence("bye", "tot ziens")]


def _file(tmp_path, content: bytes | str):
    path = tmp_path / "sentences.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        'intent,text\ngreet,"hallo, daar"\nbye,tot ziens\n',
        'greet,"hallo, daar"\nbye,tot ziens',
        'text,intent\n"hallo, daar",greet\ntot ziens,bye\n',
        '\ufeffintent,text\r\ngreet,"hallo, daar"\r\n\r\nbye,tot ziens\r\n',
        'id,Label,Utterance,bron\n1,greet,"hallo, daar",x\n2,bye,tot ziens,y\n',
        "intent;text\ngreet;hallo, daar\nbye;tot ziens\n",
        "intent\ttext\ngreet\thallo, daar\nbye\ttot ziens\n",
        '\n\n greet , "hallo, daar" \n'.replace(' "', '"').replace('" ', '"') + "bye,tot ziens\n,\n",
    ],
    ids=["header", "bare", "swapped", "windows", "more-columns", "semicolon", "tab", "blank-lines"],
)
def test_it_reads_what_spreadsheets_write(tmp_path, content):
    assert read_sentences(_file(tmp_path, content)) == EXPECTED


def test_a_text_may_hold_line_ends_brackets_and_quotes(tmp_path):
    path = _file(tmp_path, 'greet,"regel een\nregel [twee](x) ""zo"""\nbye,doei\n')

    assert read_sentences(path)[0].text == 'regel een\nregel [twee](x) "zo"'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no sentences"),
        (b"intent,text\n", "no sentences"),
        (b"greet,hallo\nbye,dag, hoor\n", r"line 2: 3 columns instead of 2.*double quotes"),
        (b"alleen tekst\n", "line 1: 1 columns instead of 2"),
        (b"greet,\n", "line 1: the intent or the text is empty"),
        ("greet,é".encode("latin-1"), "not UTF-8"),
        (b'greet,"hallo\n', "not valid CSV"),
        (b"greet,hal\x00lo\n", "not valid CSV"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, content, message):
    with pytest.raises(EvaluationError, match=message):
        read_sentences(_file(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"weg\.csv: No such file"):
        read_sentences(tmp_path / "weg.csv")
