"""Columns of hand-coded samples and of what is measured with them; shared ones stand in `schemas.fields`."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

# The sample and its frame
item_id = Column(
    "item_id",
    pa.string(),
    "Name of a drawn text in the sheets: consonants that no spreadsheet takes for a number, a date or a formula.",
)
stratum = Column("stratum", pa.string(), "Part of the frame it was drawn from: the values that define it.")
stratum_items = Column("stratum_items", pa.int64(), "Texts of the stratum in the frame.")
stratum_drawn = Column("stratum_drawn", pa.int64(), "Texts drawn from it.")
inclusion_probability = Column(
    "inclusion_probability",
    pa.float64(),
    "Chance that a text of the stratum was drawn: drawn by all, exact (simple random sample within strata).",
)
allotted_to = Column("allotted_to", pa.string(), "Coders whose sheet has the text, joined by blanks.")

# Codes
coder = Column("coder", pa.string(), "Who coded: the name of the sheet.")
label = Column("label", pa.string(), "Class given by hand; empty where none was given.", True)
note = Column("note", pa.string(), "What the coder remarked.", True)
sheet = Column("sheet", pa.string(), "File the code was read from.")
sheet_line = Column("sheet_line", pa.int64(), "Line of that file on which the row begins, from 1.")
label_rule = Column(
    "label_rule",
    pa.string(),
    "How several codes became one label: `single` (one coder), `agreed`, `majority`, `resolved` (talked over), "
    "or `unresolved` (no majority: no label).",
)
codes_given = Column("codes_given", pa.int64(), "Coders who gave the text a label.")
unit = Column("unit", pa.string(), "What was compared: `all` coders, or a pair (a + b).")
coefficient = Column(
    "coefficient",
    pa.string(),
    "`alpha_nominal`, `alpha_ordinal`, `alpha_interval` (Krippendorff), `kappa` (Cohen), or `agreement` (share).",
)
reliability = Column("reliability", pa.float64(), "Its value; 1 is full agreement.", True)
reliability_low = Column(
    "reliability_low", pa.float64(), "Lower end of its 95 % interval, bootstrapped over texts.", True
)
reliability_high = Column("reliability_high", pa.float64(), "Upper end of that interval.", True)
items_compared = Column("items_compared", pa.int64(), "Texts with codes of at least two of the coders.")

# Measures of the whole
group = Column("group", pa.string(), "Which of the texts: an outlet, a language, …, or `all`.")
label_class = Column("label_class", pa.string(), "Class whose share is estimated.")
estimator = Column(
    "estimator",
    pa.string(),
    "`counted` (predictions as they are), `adjusted` (misclassification undone), `ppi` (prediction-powered "
    "inference) or `dsl` (design-based supervised learning), both corrected by coded "
    "texts, or `coded_only` (those alone).",
)
share = Column("share", pa.float64(), "Share: texts of the class among the texts of the group, 0 to 1.", True)
share_low = Column("share_low", pa.float64(), "Lower end of its 95 % interval.", True)
share_high = Column("share_high", pa.float64(), "Upper end of that interval.", True)
mean_score = Column("mean_score", pa.float64(), "Mean score of the texts, on the scale of the codes.", True)
mean_score_low = Column("mean_score_low", pa.float64(), "Lower end of its 95 % interval.", True)
mean_score_high = Column("mean_score_high", pa.float64(), "Upper end of that interval.", True)
items_coded = Column("items_coded", pa.int64(), "Texts of the group and period with a label given by hand.")
items_all = Column("items_all", pa.int64(), "Texts of the group and period, all of them predicted.")

# What a model says of every text
predicted = Column("predicted", pa.string(), "Class that the model predicts for the text.")
predicted_probability = Column(
    "predicted_probability",
    pa.float64(),
    "Probability the model gives it, 0 to 1; empty where it gives none.",
    True,
)
items = Column("items", pa.int64(), "Texts for which the model predicts the class.")
mean_probability = Column(
    "mean_probability",
    pa.float64(),
    "Mean of the probabilities the model gives that class for them, to a billionth; empty where it gives none.",
    True,
)
