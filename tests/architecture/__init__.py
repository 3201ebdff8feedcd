"""What a machine holds for us: the habits of this code base, checked on its syntax trees."""
