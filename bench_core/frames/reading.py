"""Answers of readers: what a reader study leaves, and what the statistics of readers are computed from."""

from bench_core.frames.column import COUNT, FLAG, FLOAT, TEXT, TIME, Column, Frame

_RATING = (
    "`real_or_synthetic`: confidence from 1, surely real, to `scale`, surely synthetic (from 0 where `scale` is 100); "
    "`quality`: 1, worst, to `scale`; `shows_prompt`: 1, surely not, to `scale`, surely, NaN where the prompt does not say the part; "
    "`marks`: how many; NaN for `which_is_real` and `text`"
)
_CHOICE = (
    "`real_or_synthetic`: `real` below the middle of the scale, `synthetic` above, `unsure` at it; `which_is_real`: place of the film "
    "that was chosen, from `1`; `shows_prompt`: `not said`, or empty; `marks`: JSON, a list of boxes {x, y, width, height} and points "
    "{x, y} in shares of the film; `text`: the text; else empty"
)
_TRUTH = (
    "`real_or_synthetic`: `real` or `synthetic`; `which_is_real`: place of the real film, from `1`; `shows_prompt`, part `finding`: "
    "`yes` where the prompt is that of the film, `no` where it is another's, of another finding; else, and while the study is open, empty"
)

ANSWERS = Frame(
    (
        Column("study", TEXT, "name of the study"),
        Column("reader", TEXT, "name of the reader in it"),
        Column("case_id", TEXT, "opaque name of the case, the same for all readers; a repeat has one of its own"),
        Column("image_id", TEXT, "the film that is judged; of `which_is_real` the one that was chosen; empty while the study is open"),
        Column("image_set", TEXT, "name of the set that it lies in; empty while the study is open"),
        Column("question", TEXT, "`real_or_synthetic`, `which_is_real`, `quality`, `shows_prompt`, `marks` or `text`"),
        Column("part", TEXT, "of `shows_prompt`: `finding`, `side` or `severity`; else empty"),
        Column("rating", FLOAT, _RATING),
        Column("choice", TEXT, _CHOICE),
        Column("truth", TEXT, _TRUTH),
        Column("generator", TEXT, "name of the synthetic set that the film, of `which_is_real` the others, is from; empty for real films"),
        Column("finding", TEXT, "first finding among the labels of the film, of `which_is_real` the real one; `No Finding`; or empty"),
        Column("block", TEXT, "`training` (with feedback), `main` or `repeat`; empty while the study is open"),
        Column("position", COUNT, "place of the case in the order of this reader, from 1, training included"),
        Column("options", COUNT, "of `which_is_real`: films to choose among, so that chance is 1 / options; else 1"),
        Column("scale", COUNT, "highest rating of the question; 0 where it has no rating"),
        Column("seconds", FLOAT, "from the film's being shown, or the answer before on it, to this answer, as the browser measured"),
        Column("answered_at", TIME, "when the server kept it"),
        Column("repeat_of", TEXT, "of a repeat: `case_id` of the first showing of the same film; else empty"),
    )
)
"""One row per answer that stands: reader, case, question and part, in the order in which they were given."""

REMARKS = Frame(
    (
        Column("case_id", TEXT, "opaque name of the case"),
        Column("reader", TEXT, "name of the reader"),
        Column("image_set", TEXT, "name of the set of the film"),
        Column("set_id", TEXT, "its id; the set may be gone"),
        Column("image_id", TEXT, "the film"),
        Column("truth", TEXT, "`real` or `synthetic`"),
        Column("generator", TEXT, "name of the synthetic set; empty for real films"),
        Column("finding", TEXT, "first finding among the labels of the film; `No Finding`; or empty"),
        Column("block", TEXT, "`training`, `main` or `repeat`"),
        Column("position", COUNT, "place of the case in the order of this reader, from 1"),
        Column("text", TEXT, "free text"),
        Column("marks", COUNT, "boxes and points that the reader put onto the film"),
        Column(
            "drawn", TEXT, "JSON: the same as {x, y} or {x, y, width, height} in shares of the whole film; empty where the film is gone"
        ),
        Column("mask", TEXT, "names of the masks of findings that are known of the film, with commas between; empty: none"),
        Column("within", FLOAT, "marks whose middle lies in one of these masks; NaN where none is known"),
        Column("covered", FLOAT, "share of what readers saw of the film that these masks cover; NaN where none is known"),
    )
)
"""One row per case and reader that has a text or marks, by case and reader."""

MARKS_WITHIN = Frame(
    (
        Column("reader", TEXT, "name of the reader; `all`: marks of all of them"),
        Column("finding", TEXT, "first finding of the films; `all`"),
        Column("films", COUNT, "films with a known mask that got a mark (by `all`: of each reader)"),
        Column("films_within", COUNT, "those of them of which at least one mark lies in the mask"),
        Column("marks", COUNT, "marks on them"),
        Column("within", COUNT, "marks whose middle lies in the mask"),
        Column("share", FLOAT, "within / marks"),
        Column("low", FLOAT, "exact interval (Clopper-Pearson); marks count as independent"),
        Column("high", FLOAT, "its end"),
        Column("chance", FLOAT, "share that marks at random places would have: the mean over marks of what the mask covers"),
        Column("p_value", FLOAT, "two-sided, exact (Poisson-binomial), against marks at random places"),
    )
)
"""All readers over all findings, each reader over all findings, each finding over all readers."""

READER_STUDIES = Frame(
    (
        Column("id", TEXT, "id of the study"),
        Column("name", TEXT, "what it is called"),
        Column("owner", TEXT, "who made it"),
        Column("created", TIME, "when"),
        Column("closed", TIME, "since when it takes no answers"),
        Column("questions", TEXT, "what is asked, in order"),
        Column("cases", COUNT, "cases that count, without training and repeats"),
        Column("readers", COUNT, "how many were invited"),
        Column("finished", COUNT, "how many of them have answered everything"),
        Column("answers", COUNT, "answers that stand"),
    )
)
"""One row per reader study."""

STUDY_READERS = Frame(
    (
        Column("reader", TEXT, "name of the reader"),
        Column("token", TEXT, "last part of the address under which he or she reads; whoever has it is this reader"),
        Column("done", COUNT, "cases that are answered whole, training and repeats included"),
        Column("cases", COUNT, "cases in all, training and repeats included"),
        Column("finished", FLAG, "whether everything is answered"),
        Column("joined", TIME, "when he or she was invited"),
    )
)
"""One row per reader of a study."""
