@phone @display
Feature: The personal password of a code display
  The guide asks for it and has it repeated (item 6); the help pages say what it may be.

  Background:
    Given a code display that holds its test key and the right time
    And the guide followed as far as the password

  Scenario: A repetition that differs is refused
    When I create a password and repeat another one
    Then the screen "Repeat your personal password" reads "The two passwords are not the same." [S5.C.6a]

  Scenario Outline: A password of <characters> characters is refused
    When I create a password of <characters> characters
    Then the screen "Create a personal password" reads "The password must have 8 to 64 characters." [H.5]

    Examples:
      | characters |
      | 7          |
      | 65         |

  Scenario Outline: A password of <characters> characters is accepted
    When I create a password of <characters> characters
    Then I see the message "Repeat your personal password" [H.5]

    Examples:
      | characters |
      | 8          |
      | 64         |

  Scenario: A password with the user ID in it is refused
    When I create a password with my user ID in it
    Then the screen "Create a personal password" reads "The password must not contain your user ID." [H.5]

  Scenario: Nor is one with the user ID in capital letters
    When I create a password with my user ID in capital letters in it
    Then the screen "Create a personal password" reads "The password must not contain your user ID." [H.5]

  Scenario: Ten digits are no password
    When I create a password of ten digits
    Then the screen "Create a personal password" reads "The password must not contain 10 digits." [H.5]

  Scenario: Nor may a longer one contain them
    When I create a longer password with ten digits in it
    Then the screen "Create a personal password" reads "The password must not contain 10 digits." [H.5]

  Scenario: A password with a word that everybody uses is refused
    When I create a password with a forbidden word in it
    Then the screen "Create a personal password" reads "The password contains a word that is too easy to guess." [H.5]

  Scenario: Such a word is refused in capital letters, too
    When I create a password with a forbidden word in capital letters in it
    Then the screen "Create a personal password" reads "The password contains a word that is too easy to guess." [H.5]

  Scenario: A password with a row of keys is refused
    When I create a password with a row of keys in it
    Then the screen "Create a personal password" reads "The password contains a row of keys." [H.5]
