"""Languages written in Latin letters."""

from flows.sources.sample.language import Language

english = Language(
    "eng",
    30,
    "the of and to in a is that for it was on with as his he be at by this had not are but from or have "
    "an they which one you were her all she there would their we him been has when who will more no if "
    "out so said what up its about into than them can only other new some could time these two may then "
    "do first any my now such like our over man me even most made after also did many before must "
    "through years where much your way well down should because each just those people how too little "
    "state good very make world still own see men work long get here between both life being under "
    "never day same another know while last might us great old year off come since against go came "
    "right used take three don't didn't it's isn't city government water school house country don’t "
    "policy 2023 covid-19",
    "b c d f g h l m n p r s t w br ch cl cr dr fl fr gr pl pr sh sl sp st th tr wh -",
    "a e i o u a e i o ea ee oo ou ai",
    "- - - n r s t l d ck ll ng nt rd rt sh ss st th er ing ed",
    (1, 3),
)
german = Language(
    "deu",
    15,
    "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden "
    "aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur "
    "oder aber vor zur bis mehr durch man sein wurde sei prozent hatte kann gegen vom können schon wenn "
    "habe seine mark ihre dann unter wir soll ich eines jahr zwei jahren diese dieser wieder keine uhr "
    "seiner worden will zwischen immer millionen was sagte straße größe müssen während schließlich "
    "gemeinde stadt regierung größer muß",
    "b d f g h k l m n p r s t w z bl br dr fl gl gr kl kr pf pl sch schl schm schw sp st str tr v -",
    "a e i o u e e ä ö ü au ei eu ie",
    "- - - n r s t l ch cht ck m nd ng nn rt ß st tz en er ung heit keit lich",
    (2, 4),
)
french = Language(
    "fra",
    9,
    "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la "
    "mais comme ou si leur y dont aux avec cette ces ont son sa ses lui nous vous être été fait même "
    "tout après très où déjà à deux entre sans aussi peut bien encore ans depuis avant toujours année "
    "élève français société état l'école d'être aujourd'hui c'est n'est ça garçon où hôtel forêt naïf "
    "événement premières",
    "b c d f g j l m n p r s t v br ch cl cr dr fr gr pl pr tr qu -",
    "a e i o u é è ê ou oi ai au eu on an in",
    "- - - r s t l n lle nne tte sse tion ment eur eux ique",
    (2, 4),
)
spanish = Language(
    "spa",
    8,
    "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me "
    "si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde "
    "está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo "
    "mismo ese ahora cada vida otro después gobierno país mujer niños día mañana español corazón "
    "información ciudad aquí según",
    "b c d f g h j l ll m n ñ p r s t v br cr dr fr gr pl pr tr qu -",
    "a e i o u a e o ia ie ue ío á é ó",
    "- - - - n r s l d ción dad mente dor",
    (2, 4),
)
portuguese = Language(
    "por",
    5,
    "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das "
    "tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era "
    "depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu "
    "às minha têm numa pelos qual será governo país mulher crianças dia amanhã português coração "
    "informação cidade ação são então educação",
    "b c d f g j l lh m n nh p r s t v br cr dr fr gr pl pr tr qu -",
    "a e i o u ã õe ão ei ou ê ó",
    "- - - - m r s l ção dade mente dor",
    (2, 4),
)
turkish = Language(
    "tur",
    4,
    "bir ve bu da de için ile çok daha olarak gibi en kadar ne sonra olan ama her o ya ki var mı değil "
    "mi ben sen biz siz onlar şey zaman iki yok diye önce böyle bütün kendi olduğu olduğunu içinde göre "
    "büyük yeni yıl gün Türkiye İstanbul Işık İyi ilk son insan dünya ülke güzel şehir çocuk kadın "
    "erkek hükümet belediye ediyor oldu olur etti eden edilen tarafından üzerinde karşı arasında "
    "değildir yılında Iğdır çünkü",
    "b c ç d g h k l m n p r s ş t v y z -",
    "a e ı i o ö u ü a e i",
    "- - - n r l k m ş z t lar ler lık lik dan den ğı ği yor",
    (2, 4),
)
