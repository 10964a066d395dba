"""The grammar of the `.tn` language, installed as `tncc.grammars`."""
