# Step: the Python environment of training/, in .venv/. Made only when a command asks for it.

TRAINING_FOLDER=$ROOT/.venv
TRAINING_LOCK=$ROOT/training/requirements.txt

training_stamp() { echo "$TRAINING_FOLDER/.rehearse-stamp"; }
training_key() { python_environment_key "$TRAINING_FOLDER" "$TRAINING_LOCK" 1; }

training_make() {
  say "installing what training needs into .venv/ (about 1.5 GB)"
  require_python "training"
  require_compiler "training"
  require_space "training" 4000
  make_python_environment training "$TRAINING_FOLDER" "$TRAINING_LOCK" do_without_cuda
}

do_without_cuda() {
  logged training-torch RH-SETUP-TORCH "making torch run without CUDA failed" "see the log; binutils and a C compiler are needed" \
    "$1/bin/python" "$SCRIPTS/setup/torch-without-cuda.py"
}

set_up_training() {
  is_current training || locked ensure training
}

run_training_python() {
  set_up_training
  PYTHONPATH=$ROOT/training${PYTHONPATH:+:$PYTHONPATH} exec "$TRAINING_FOLDER/bin/python" "$@"
}
