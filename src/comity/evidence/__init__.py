"""Evidence: canonical form, commitments, chains, trees and signed checkpoints, without any store."""
