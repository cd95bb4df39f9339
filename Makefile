# Everything runs from here; `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
ASSISTANT := .venv/assistant/bin
DESK := .venv/desk/bin
PYTHON ?= python3
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

run: setup ## Set up what is missing and start everything (Ctrl-C stops)
	@exec $(DESK)/python scripts/run.py

test: dev lint types validate test-desk test-nlu test-actions test-linter test-assistant test-stories test-guarantee guarantee-quick test-end-to-end test-scaled test-deploy test-chaos test-browser ## Run every check
	@echo "Alle controles zijn geslaagd."

setup: ## Install what running needs and start nothing
	@$(PYTHON) scripts/environments.py

dev:
	@$(PYTHON) scripts/environments.py --dev

train: setup ## Train a model when models/ has none for today's data
	@$(DESK)/python scripts/train.py

lint: dev ## Check style and formatting
	$(DESK)/ruff check .
	$(DESK)/ruff format --check .

types: dev ## Check types, each part in its own environment
	$(ASSISTANT)/mypy
	cd desk && MYPYPATH=. ../$(DESK)/mypy --config-file mypy.ini .

test-desk: dev ## Unit and contract tests of the desk
	$(DESK)/python -m pytest tests/desk tests/scripts -q -n auto --dist loadfile

test-desk-postgres: dev ## The desk's tests on a temporary PostgreSQL instead of SQLite
	@$(DESK)/python -m tests.support.desk_on_postgresql

test-nlu: dev ## Unit tests of the NLU components
	$(ASSISTANT)/python -m pytest tests/nlu -q

test-actions: dev ## Unit and contract tests of the custom actions
	$(ASSISTANT)/python -m pytest tests/actions tests/importers tests/turn_events -q

validate: setup ## Check the training data: our linter for designers, then Rasa's own check
	@$(ASSISTANT)/python -m linter
	@$(DESK)/python scripts/validate.py

test-linter: dev ## Tests of the linter and of make new-topic
	$(ASSISTANT)/python -m pytest tests/linter -q

test-assistant: dev train ## Conversations with the trained model and a real action server
	$(ASSISTANT)/python -m pytest tests/assistant -q

test-stories: dev train ## Rasa's test stories
	$(DESK)/python scripts/test_stories.py

test-end-to-end: dev train ## The whole product on real servers, with parts taken down
	$(DESK)/python -m pytest tests/end_to_end -q

test-scaled: dev train ## Several of each part on PostgreSQL, Redis and RabbitMQ; another model while customers talk
	$(DESK)/python -m pytest tests/scaled -q

test-deploy: dev ## The files in deploy/: their rules, their commands, and a backup that is restored; the load test in short
	$(DESK)/python -m pytest tests/deploy tests/loadtest -q

test-chaos: dev train ## A small `make chaos`: parts are killed under load, nobody is lost
	$(DESK)/python -m pytest tests/chaos -q

chaos: dev train ## Break every part at random under load and count: SEED=1 STORE=sqlite|postgres CUSTOMERS= REQUESTS= ROUNDS= FAULTS= CROWDED=1
	@$(DESK)/python -m tests.chaos --seed $(or $(SEED),1) --store $(or $(STORE),sqlite) $(if $(CUSTOMERS),--customers $(CUSTOMERS)) \
		$(if $(REQUESTS),--requests $(REQUESTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(FAULTS),--faults $(FAULTS)) \
		$(if $(CROWDED),--crowded)

test-heavy: dev ## Hostile and heavy input at full size: 5,000 open chats, 10,000 messages, 300 fuzzed requests per address
	HEAVY=1 FUZZ_EXAMPLES=300 $(DESK)/python -m pytest tests/desk/test_hostile_input.py tests/desk/test_openapi.py -q

test-browser: dev train ## The widget and the console in a real browser
	$(DESK)/python -m pytest tests/browser -q -n auto --dist loadfile

guarantee: dev train ## Prove that every dialogue state leads to a human: QUICK=1 for a part, SEED=… for another choice
	@$(ASSISTANT)/python -m guarantee --model "$$($(DESK)/python scripts/train.py)" --seed $(or $(SEED),1) $(if $(QUICK),--quick)

guarantee-quick: ## The quick part of it
	@$(MAKE) --no-print-directory guarantee QUICK=1

test-guarantee: dev train ## Tests of the guarantee: planted defects are found
	$(ASSISTANT)/python -m pytest tests/guarantee -q

shell: train ## Chat with the assistant in the terminal, while `make run` runs in another one
	@$(DESK)/python scripts/shell.py

new-topic: setup ## Lay down the files of a new topic, ready to fill: NAME=… TITLE=… OWNER=…
	@$(ASSISTANT)/python scripts/new_topic.py "$(NAME)" $(if $(TITLE),--title "$(TITLE)") $(if $(OWNER),--owner "$(OWNER)")

benchmark-nlu: setup ## Train on TRAIN=a.csv, test on TEST=b.csv, print the figures as JSON
	@$(ASSISTANT)/python -m nlu.evaluation benchmark --train "$(TRAIN)" --test "$(TEST)"

benchmark-desk: dev ## Speed of the ticket list with 100,000 tickets and 1,000,000 messages, figures as JSON
	@$(DESK)/python -m benchmarks.desk_queue

benchmark-streams: dev ## Memory of the desk with 200 open streams, figures as JSON
	@$(DESK)/python -m benchmarks.streams

loadtest: dev train ## Turns per second and waiting times for 1 to 200 customers: CUSTOMERS=1,10 STORES=sqlite SERVERS=1 DURATION=20 THINK=0
	@$(DESK)/python -m loadtest $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(STORES),--stores $(STORES)) \
		$(if $(SERVERS),--servers $(SERVERS)) $(if $(DURATION),--seconds $(DURATION)) $(if $(THINK),--think $(THINK)) $(if $(NO_PLAIN),--no-plain)

crossval: setup ## Five-fold cross-validation on data/, figures as JSON
	@$(ASSISTANT)/python -m nlu.evaluation crossval

parse: train ## Understand each line of FILE=lines.txt, one JSON per line
	@$(ASSISTANT)/python -m nlu.evaluation parse --file "$(FILE)"

lock: setup ## Resolve requirements/*.in into exact, hashed locks
	scripts/lock.sh

.PHONY: help run test setup dev train lint types test-desk test-desk-postgres test-nlu test-actions test-linter validate test-assistant test-stories \
	test-end-to-end test-scaled test-deploy test-chaos test-heavy test-browser chaos guarantee guarantee-quick test-guarantee shell new-topic \
	benchmark-nlu benchmark-desk benchmark-streams loadtest crossval parse lock
