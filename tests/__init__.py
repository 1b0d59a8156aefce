"""Tests: what the system promises, each as a sentence."""
