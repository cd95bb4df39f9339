"""The assistant's custom actions: one module per topic, each thin. They read slots, call a client and say what happened."""

import log_privacy

log_privacy.install()
