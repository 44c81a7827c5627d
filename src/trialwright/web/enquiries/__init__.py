"""The log of public enquiries: what people asked about the trial and what they were told, without who they are."""
