"""Words of the news: neutral ones, and some that dictionaries of sentiment know.

No neutral word is in VADER's lexicon, nor changes the weight of another (very, not, but); tests hold this against
the package itself.
"""

from __future__ import annotations

from flows.sources.sample import latin

_NEUTRAL = (
    "the of and to in a is that for it was on with as his he be at by had are from have an they which one "
    "you were her all she there would their we him been has when who will if out said what up its about "
    "into than them can only other new some could time these two may then do first any my now such our "
    "over man me even made after also did many before must through years where much your way down should "
    "because each just those people how too state make world still own see men work long get here between "
    "both life being under day same another know while last might us old year off come since against go "
    "came right used take three city government water school house country policy ferry harbour council "
    "bridge river library market museum village road station north south east west winter summer autumn "
    "spring morning evening night week month hour table window garden field forest lake coast island "
    "valley mountain hill stone wood iron glass paper ink book page letter line list map plan report "
    "study survey budget tax price cost wage rent office bank shop factory mill mine port ship boat train "
    "tram bus car bicycle wheel engine motor pump pipe cable wire screen phone radio camera film song "
    "choir band orchestra stage painter writer teacher pupil student doctor nurse farmer baker builder "
    "driver sailor pilot clerk mayor minister judge lawyer officer editor reader voter member board panel "
    "committee meeting session vote ballot count seat district region county province border wheat barley "
    "maize apple potato onion cheese bread butter milk tea coffee salt sugar oil coal wind rain snow "
    "cloud storm tide measured opened closed moved carried counted printed painted planted crossed "
    "followed visited described repaired replaced ordered asked answered noted listed weighed filled "
    "walked travelled waited spoke wrote read drew held kept left brought sent stood ran began ended "
    "northern southern eastern western local regional municipal annual monthly weekly daily early late "
    "recent former second third fourth half quarter several usual common general public central wide "
    "narrow deep shallow tall short round square brown yellow blue "
)
_POSITIVE = "success happy celebrate wonderful excellent joy win delight"
_NEGATIVE = "crisis disaster war death horrible terror bad hate"
NEUTRAL = _NEUTRAL.split()
"""English, without weight in VADER."""
POSITIVE = _POSITIVE.split()
"""Rated 2.7 to 2.9 in VADER's lexicon (vaderSentiment 3.3.2)."""
NEGATIVE = _NEGATIVE.split()
"""Rated -3.1 to -2.4 there."""
FOREIGN = {
    code: [word for word in language.common.split() if word.isalpha()]
    for code, language in (("deu", latin.german), ("fra", latin.french), ("spa", latin.spanish))
}
"""Common words of the other languages, ISO 639-3."""
